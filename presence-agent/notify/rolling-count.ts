/** Rolling count: how many NOTIFYs were sent in the last period. RFC 6446 §7.2, §7.4. */

/** Spans that a period has. */
export const SPANS = 10

export interface RollingCount {
  /** One more, at this time in milliseconds; gives the count of the period that ends now. */
  add(now: number): number
}

/** `span`: milliseconds. It begins as if there had been one in each span. §7.2 step 1 */
export function createRollingCount(span: number, now: number): RollingCount {
  const counts = new Array<number>(SPANS).fill(1)
  let newest = Math.floor(now / span)
  return {
    add(time) {
      const current = Math.floor(time / span)
      const passed = Math.min(current - newest, SPANS)
      for (let back = 0; back < passed; back++) counts[(current - back) % SPANS] = 0
      newest = current
      counts[current % SPANS] = (counts[current % SPANS] ?? 0) + 1
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}
