/** How often may be asked for one contact's pictures: a few at once, then one in a while. */

export interface FetchAllowance {
  /** 0: now, and one is used up. Otherwise in how many milliseconds there is one. */
  take(now: number): number
}

const AT_ONCE = 8
const REFILL = 5_000

export function createFetchAllowance(now: number): FetchAllowance {
  /** When all of them are there again. */
  let full = now
  return {
    take(at) {
      const next = Math.max(full, at) + REFILL
      const wait = next - at - AT_ONCE * REFILL
      if (wait > 0) return wait
      full = next
      return 0
    },
  }
}
