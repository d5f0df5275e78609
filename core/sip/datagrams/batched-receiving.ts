/** Datagrams that have come are taken together by recvmmsg(2), into memory that is used again in the next turn. */
import { MessageVector } from './message-vector.ts'
import { NAME_BYTES } from './socket-address.ts'
import type { SystemCalls } from './system-calls.ts'

export interface BatchedReceiving {
  /** Takes what has come, as much as one turn may hold. */
  drain(): void
}

interface ReceivingParts {
  readonly system: SystemCalls
  readonly fd: number
  /** The octets are valid until the end of the turn. The peer's struct sockaddr stands at `at` in `names`. */
  readonly take: (octets: Buffer, names: Buffer, at: number) => void
}

/** So many in one turn; what is left is there in the next, after everything else has had its chance. */
const MOST = 128
const AT_ONCE = 64
const LONGEST = 65_536
/** Beginnings that lie a power of two apart would share the same few lines of the processor's cache. */
const SPACING = LONGEST + 17 * 64

export function createBatchedReceiving({ system, fd, take }: ReceivingParts): BatchedReceiving {
  const vector = new MessageVector(system, MOST, MOST * SPACING)
  for (let message = 0; message < MOST; message++) {
    vector.place(message, message * SPACING, LONGEST)
    vector.setNameLength(message, NAME_BYTES)
  }
  let used = 0
  const isOver = () => {
    used = 0
  }

  const taken = (message: number) => {
    const length = vector.received(message)
    // The system has written there how long the name was.
    vector.setNameLength(message, NAME_BYTES)
    if (length < 0) return
    const start = message * SPACING
    take(vector.octets.subarray(start, start + length), vector.names, message * NAME_BYTES)
  }

  return {
    drain() {
      while (used < MOST) {
        const wanted = Math.min(AT_ONCE, MOST - used)
        const came = system.recvmmsg(fd, vector.headersFrom(used), wanted)
        if (came <= 0) return
        // Messages of this turn are dealt with in its check phase, before sockets are read again.
        if (used === 0) setImmediate(isOver)
        const first = used
        used += came
        for (let message = first; message < used; message++) taken(message)
        if (came < wanted) return
      }
    },
  }
}
