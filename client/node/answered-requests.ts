/** Answered requests: a request that comes again over UDP gets the same answer again. RFC 3261 §17.2.2, Timer J. */
import type { ClientClock } from '../client-clock.ts'

/** Timer J. Milliseconds. */
const REMEMBERED = 32_000
/** What a flood may make us remember. */
const MOST = 1000

export interface AnsweredRequests {
  /** Whether this request was not seen before. One that was answered is answered again through `send`. */
  isNew(key: string, send: (response: Buffer) => void): boolean
  /** Keeps the response, if the request is remembered. */
  answered(key: string, response: Buffer): void
}

export function createAnsweredRequests(clock: ClientClock): AnsweredRequests {
  /** In order of arrival. */
  const requests = new Map<string, { readonly since: number; response: Buffer | undefined }>()

  function forgetOld(): void {
    for (const [key, { since }] of requests) {
      if (requests.size <= MOST && clock.now() - since < REMEMBERED) return
      requests.delete(key)
    }
  }

  return {
    isNew(key, send) {
      forgetOld()
      const known = requests.get(key)
      if (!known) {
        requests.set(key, { since: clock.now(), response: undefined })
        return true
      }
      if (known.response) send(known.response)
      return false
    },
    answered(key, response) {
      const request = requests.get(key)
      if (request) request.response = response
    },
  }
}
