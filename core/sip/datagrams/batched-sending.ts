/** Datagrams that leave together: copied into one buffer, handed over by sendmmsg(2). */
import { MessageVector } from './message-vector.ts'
import { EAGAIN, EINTR, ENOBUFS, type SystemCalls } from './system-calls.ts'

export interface BatchedSending<Peer> {
  /** Copies the octets; when there is no room, what waits is sent first. */
  add(octets: Buffer, peer: Peer, name: Uint8Array): void
  flush(): void
}

interface SendingParts<Peer> {
  readonly system: SystemCalls
  readonly fd: number
  /** The system has no room now. The octets are valid during the call. */
  readonly onFull: (octets: Buffer, peer: Peer) => void
  /** The system refuses this one; the number of the error. */
  readonly onRefused: (error: number, peer: Peer) => void
}

const MOST = 256
const OCTETS = 512 * 1024
/** Of a UDP datagram, headers included; what is longer is refused as the system would. */
const LONGEST = 65_535
const EMSGSIZE = 90

export function createBatchedSending<Peer>(parts: SendingParts<Peer>): BatchedSending<Peer> {
  return new Sending(parts)
}

class Sending<Peer> implements BatchedSending<Peer> {
  readonly #parts: SendingParts<Peer>
  readonly #vector: MessageVector
  readonly #peers: Peer[] = []
  readonly #starts = new Uint32Array(MOST + 1)
  #count = 0

  constructor(parts: SendingParts<Peer>) {
    this.#parts = parts
    this.#vector = new MessageVector(parts.system, MOST, OCTETS)
  }

  add(octets: Buffer, peer: Peer, name: Uint8Array): void {
    const { length } = octets
    if (length > LONGEST) {
      this.#parts.onRefused(EMSGSIZE, peer)
      return
    }
    if (this.#count === MOST || this.#end + length > OCTETS) this.flush()
    const message = this.#count++
    const start = this.#starts[message] ?? 0
    this.#vector.octets.set(octets, start)
    this.#vector.place(message, start, length)
    this.#vector.setName(message, name)
    this.#starts[message + 1] = start + length
    this.#peers[message] = peer
  }

  flush(): void {
    const count = this.#count
    this.#count = 0
    for (let sent = 0; sent < count;) sent += this.#send(sent, count)
    // Whoever is gone must not be held.
    this.#peers.length = 0
  }

  get #end(): number {
    return this.#starts[this.#count] ?? 0
  }

  /** How many of them are dealt with; 0: again. */
  #send(from: number, to: number): number {
    const { system, fd, onRefused } = this.#parts
    const taken = system.sendmmsg(fd, this.#vector.headersFrom(from), to - from)
    if (taken > 0) return taken
    if (taken === -EINTR) return 0
    if (taken === -EAGAIN || taken === -ENOBUFS) return this.#handBack(from, to)
    const peer = this.#peers[from]
    if (peer !== undefined) onRefused(-taken, peer)
    return 1
  }

  #handBack(from: number, to: number): number {
    for (let message = from; message < to; message++) {
      const [start = 0, end = 0] = this.#starts.subarray(message, message + 2)
      const peer = this.#peers[message]
      if (peer !== undefined) this.#parts.onFull(this.#vector.octets.subarray(start, end), peer)
    }
    return to - from
  }
}
