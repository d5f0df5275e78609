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
  /** Timer E; what it begins with next. */
  interval: number
  readonly until: number
  cancel: () => void
  readonly transmit: () => void
  readonly settle: (error?: Error) => void
}

export function createRetransmissions(clock: ClientClock): Retransmissions {
  const unanswered = new Map<string, Unanswered>()

  function end(key: string, error?: Error): void {
    const request = unanswered.get(key)
    unanswered.delete(key)
    request?.cancel()
    request?.settle(error)
  }

  /** Timer E: T1, doubled up to T2. Timer F: 64 × T1. */
  function schedule(key: string, request: Unanswered): void {
    const left = request.until - clock.now()
    request.cancel = clock.after(Math.min(request.interval, left), () => {
      if (clock.now() >= request.until) {
        end(key)
        return
      }
      request.transmit()
      request.interval = Math.min(request.interval * 2, T2)
      schedule(key, request)
    })
  }

  return {
    send: (key, transmit) =>
      new Promise((resolve, reject) => {
        const settle = (error?: Error) => {
          if (error) reject(error)
          else resolve()
        }
        const cancel = () => undefined
        const until = clock.now() + 64 * T1
        const request: Unanswered = { interval: T1, until, cancel, transmit, settle }
        unanswered.set(key, request)
        schedule(key, request)
        transmit()
      }),
    answered(key, status) {
      const request = unanswered.get(key)
      // After a provisional response the pace is T2.
      if (request && status < 200) request.interval = T2
      else end(key)
    },
    fail(reason) {
      for (const key of [...unanswered.keys()]) end(key, reason)
    },
    stop() {
      for (const key of [...unanswered.keys()]) end(key)
    },
  }
}
