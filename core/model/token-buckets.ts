/** Token buckets: how often each of many may do something, in a bounded table. */
import type { Clock } from './clock.ts'
import { createLruCache } from './lru-cache.ts'
import { createTokenBucket, type BucketSize, type TokenBucket } from './token-bucket.ts'

export interface TokenBuckets {
  /** Whether it may be done once more now. */
  take(key: string): boolean
}

/** Keys that are remembered; who was met longest ago is forgotten first. */
const MOST = 10_000

export function createTokenBuckets({
  clock,
  ...size
}: BucketSize & { readonly clock: Clock }): TokenBuckets {
  const buckets = createLruCache<string, TokenBucket>({ capacity: MOST })
  return {
    take(key) {
      const now = clock.now()
      const known = buckets.get(key)
      const bucket = known ?? createTokenBucket(size, now)
      if (!known) buckets.set(key, bucket)
      return bucket.take(now) === 0
    },
  }
}
