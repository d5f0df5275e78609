/** Back-off: how long to leave a server alone that did not take a request. RFC 3261 §21.5.4, RFC 6665 §4.1.2. */

const FIRST_MS = 1000
const LONGEST_MS = 60_000
/** Beyond this a server's own wish is not believed. */
const LONGEST_WISH_MS = 3_600_000

export interface BackOff {
  /** Milliseconds to wait now. A server's Retry-After, in seconds, is obeyed. */
  next(retryAfter?: number): number
  /** Something worked: the next failure is the first again. */
  reset(): void
}

/** Doubles from one second to one minute, each a little shorter or longer so that clients do not come in step. */
export function createBackOff(random: () => number = Math.random): BackOff {
  let wait = FIRST_MS
  return {
    next(retryAfter) {
      const spread = wait * (0.8 + 0.4 * random())
      wait = Math.min(wait * 2, LONGEST_MS)
      const wish = Math.min((retryAfter ?? 0) * 1000, LONGEST_WISH_MS)
      return Math.max(spread, wish)
    },
    reset() {
      wait = FIRST_MS
    },
  }
}
