/** Messages one by one to a peer that takes one from each read of its stream and leaves the rest lying. RFC 3261 §18.3. */
import type { Clock } from './surroundings.ts'

/** Milliseconds in which such a peer has surely read what has come. */
const UNTIL_READ = 50
/** So many are through before a transaction is given up. */
const MOST_WAITING = 400

/** libpurple (Pidgin, finch), by any of its requests. */
const LIBPURPLE = '\r\nUser-Agent: Purple/'

export function takesOneMessageARead(message: Buffer): boolean {
  return message.includes(LIBPURPLE)
}

export interface MessageSpacing {
  /** At once, or when its turn comes. False: the connection has ended, or too many wait. */
  send(message: Buffer): boolean
  /** What waits goes out now: the connection ends. */
  flush(): void
}

// DEVIATION: nothing calls for pauses; without them libpurple shows each change only when the next one comes.
export function createMessageSpacing({
  after,
  write,
}: {
  after: Clock['after']
  write: (message: Buffer) => boolean
}): MessageSpacing {
  let waiting: Buffer[] = []
  let isBeingRead = false
  const sendNow = (message: Buffer): boolean => {
    isBeingRead = true
    after(UNTIL_READ, () => {
      isBeingRead = false
      const next = waiting.shift()
      if (next) sendNow(next)
    })
    return write(message)
  }
  return {
    send(message) {
      if (!isBeingRead) return sendNow(message)
      if (waiting.length >= MOST_WAITING) return false
      waiting.push(message)
      return true
    },
    flush() {
      for (const message of waiting) write(message)
      waiting = []
    },
  }
}
