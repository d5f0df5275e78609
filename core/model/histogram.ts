/** Histogram: how long something took, counted by upper bounds, as Prometheus asks for it. Adding to it allocates nothing. */

export interface Histogram {
  /** Seconds. */
  observe(seconds: number): void
  /** Ascending, in seconds; what is above the last is counted behind them. */
  readonly bounds: readonly number[]
  /** How many were within each bound and above the one before; the last: above all. */
  readonly counts: Readonly<Float64Array>
  /** Of all, in seconds. */
  readonly sum: number
}

/** 1 ms to 5 s. */
const BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

export function createHistogram(bounds: readonly number[] = BOUNDS): Histogram {
  const counts = new Float64Array(bounds.length + 1)
  const total = new Float64Array(1)
  return {
    bounds,
    counts,
    get sum() {
      return total[0] ?? 0
    },
    observe(seconds) {
      // A clock that was set back says nothing.
      const taken = seconds > 0 ? seconds : 0
      let place = 0
      while (place < bounds.length && taken > (bounds[place] ?? 0)) place++
      counts[place] = (counts[place] ?? 0) + 1
      total[0] = (total[0] ?? 0) + taken
    },
  }
}
