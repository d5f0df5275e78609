/** Token buckets: how often each of many may do something, in a bounded table. */
import type { Clock } from '../../core/model/clock.ts'

export interface TokenBuckets {
  /** Whether it may be done once more now. */
  take(key: string): boolean
}

interface TokenBucketsOptions {
  readonly clock: Clock
  /** At once. */
  readonly burst: number
  /** How fast a bucket fills again. */
  readonly perMinute: number
  /** Keys that are remembered; who was met longest ago is forgotten first. */
  readonly most?: number
}

interface Bucket {
  tokens: number
  /** Milliseconds since the epoch. */
  filledAt: number
}

const MINUTE = 60_000

export function createTokenBuckets({
  clock,
  burst,
  perMinute,
  most = 10_000,
}: TokenBucketsOptions): TokenBuckets {
  const buckets = new Map<string, Bucket>()

  function bucketOf(key: string, now: number): Bucket {
    const bucket = buckets.get(key) ?? { tokens: burst, filledAt: now }
    buckets.delete(key)
    buckets.set(key, bucket)
    if (buckets.size > most) {
      const [oldest] = buckets.keys()
      if (oldest !== undefined) buckets.delete(oldest)
    }
    return bucket
  }

  return {
    take(key) {
      const now = clock.now()
      const bucket = bucketOf(key, now)
      const filled = bucket.tokens + ((now - bucket.filledAt) / MINUTE) * perMinute
      bucket.tokens = Math.min(burst, filled)
      bucket.filledAt = now
      if (bucket.tokens < 1) return false
      bucket.tokens--
      return true
    },
  }
}
