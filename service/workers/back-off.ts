/** How long a worker that has ended is waited for before it is started again: longer each time, until one lasts. */

export interface BackOff {
  /** Milliseconds; `lasted`: how long the last one was there. */
  next(lasted: number): number
}

const FIRST = 100
const LONGEST = 10_000
/** Whoever was there for so long has not failed at once. */
const LASTING = 30_000

export function createBackOff(): BackOff {
  let pause = FIRST
  return {
    next(lasted) {
      if (lasted >= LASTING) pause = FIRST
      const now = pause
      pause = Math.min(pause * 2, LONGEST)
      return now
    },
  }
}
