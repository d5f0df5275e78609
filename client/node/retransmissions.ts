/** Retransmissions: sends a request over UDP again until it is answered, which sip.js leaves out. RFC 3261 §17.1.2.2. */
import type { ClientClock } from '../client-clock.ts'

const T1 = 500
const T2 = 4000

export interface Retransmissions {
  /**
   * Resolves with the first final response, or when it is in vain to go on; rejects when the server is known to be
   * deaf. The key names the transaction.
   */
  send(key: string, transmit: () => void): Promise<void>
  /** Harmless for a transaction that is not known. */
  answered(key: string, status: number): void
  /** The server is deaf to all that was sent. */
  fail(reason: Error): void
  stop(): void
}

interface Unanswered {
  readonly transmit: () => void
  readonly settle: (error?: Error) => void
  /** Timer F. Milliseconds since the epoch. */
  readonly until: number
  /** Timer E; what it begins with next. */
  interval: number
  cancel: () => void
}

export function createRetransmissions(clock: ClientClock): Retransmissions {
  return new UnansweredRequests(clock)
}

class UnansweredRequests implements Retransmissions {
  readonly #clock: ClientClock
  readonly #unanswered = new Map<string, Unanswered>()

  constructor(clock: ClientClock) {
    this.#clock = clock
  }

  send(key: string, transmit: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        if (error) reject(error)
        else resolve()
      }
      const until = this.#clock.now() + 64 * T1
      const request = { transmit, settle, until, interval: T1, cancel: () => undefined }
      this.#unanswered.set(key, request)
      this.#schedule(key, request)
      transmit()
    })
  }

  answered(key: string, status: number): void {
    const request = this.#unanswered.get(key)
    // After a provisional response the pace is T2.
    if (request && status < 200) request.interval = T2
    else this.#end(key)
  }

  fail(reason: Error): void {
    for (const key of [...this.#unanswered.keys()]) this.#end(key, reason)
  }

  stop(): void {
    for (const key of [...this.#unanswered.keys()]) this.#end(key)
  }

  /** Timer E: T1, doubled up to T2, until Timer F: 64 × T1. */
  #schedule(key: string, request: Unanswered): void {
    const left = request.until - this.#clock.now()
    request.cancel = this.#clock.after(Math.min(request.interval, left), () => {
      if (this.#clock.now() >= request.until) {
        this.#end(key)
        return
      }
      request.transmit()
      request.interval = Math.min(request.interval * 2, T2)
      this.#schedule(key, request)
    })
  }

  #end(key: string, error?: Error): void {
    const request = this.#unanswered.get(key)
    this.#unanswered.delete(key)
    request?.cancel()
    request?.settle(error)
  }
}
