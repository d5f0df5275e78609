/** Reads of what the change feed speaks of: kept until it does, and only while it is live. */
import type { LruCache } from '../../model/lru-cache.ts'
import type { MaybePromise } from '../../model/maybe-promise.ts'

export interface FollowedReads<Value> {
  /** Undefined: there is none. Rejects with StoreUnavailable when it is neither in memory nor can be read. */
  readonly read: (key: string) => MaybePromise<Value | undefined>
  readonly forget: (key: string) => void
  readonly forgetAll: () => void
}

export function createFollowedReads<Value>({
  isLive,
  kept,
  ask,
}: {
  /** Whether the feed tells of every change at once: what is in memory is of no use while it does not. */
  isLive: () => boolean
  /** null: there is none. */
  kept: LruCache<string, Value | null>
  ask: (key: string) => Promise<Value | undefined>
}): FollowedReads<Value> {
  /** What is being read; a change that comes meanwhile takes it out, since the answer may be from before it. */
  const underWay = new Map<string, Promise<Value | undefined>>()

  function begin(key: string): Promise<Value | undefined> {
    const reading: Promise<Value | undefined> = ask(key)
      .then((value) => {
        if (underWay.get(key) === reading && isLive()) kept.set(key, value ?? null)
        return value
      })
      .finally(() => {
        if (underWay.get(key) === reading) underWay.delete(key)
      })
    underWay.set(key, reading)
    return reading
  }

  return {
    read(key) {
      const known = isLive() ? kept.get(key) : undefined
      if (known !== undefined) return known ?? undefined
      return underWay.get(key) ?? begin(key)
    },
    forget(key) {
      kept.delete(key)
      underWay.delete(key)
    },
    forgetAll() {
      kept.clear()
      underWay.clear()
    },
  }
}
