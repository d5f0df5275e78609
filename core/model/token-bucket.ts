/** Token bucket: how often something may be done: a few times at once, then at a steady rate. */

export interface TokenBucket {
  /** 0: now, and one is used up. Otherwise in how many milliseconds there is one. */
  take(now: number): number
}

export interface BucketSize {
  /** At once. */
  readonly burst: number
  /** How fast it fills again. */
  readonly perMinute: number
}

/** Times are milliseconds since the epoch. */
export function createTokenBucket({ burst, perMinute }: BucketSize, now: number): TokenBucket {
  const refill = 60_000 / perMinute
  /** When all of them are there again. */
  let full = now
  return {
    take(at) {
      const next = Math.max(full, at) + refill
      const wait = next - at - burst * refill
      if (wait > 0) return wait
      full = next
      return 0
    },
  }
}
