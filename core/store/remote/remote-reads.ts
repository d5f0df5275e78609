/** Reads of what the change feed speaks of: kept until it does. */
import type { LruCache } from '../../model/lru-cache.ts'
import type { MaybePromise } from '../../model/maybe-promise.ts'

export interface RemoteReads<Value> {
  /** From memory, or by `ask`, which may give what is of no use any more when a change comes meanwhile: that is not kept. */
  readonly read: (
    key: string,
    ask: () => Promise<Value | undefined>,
  ) => MaybePromise<Value | undefined>
  readonly forget: (key: string) => void
  readonly forgetAll: () => void
}

/** null: there is none. */
export function createRemoteReads<Value>(
  cache: LruCache<string, Value | null>,
): RemoteReads<Value> {
  /** Rises with every change. */
  let generation = 0

  async function ask(key: string, asked: () => Promise<Value | undefined>) {
    const before = generation
    const value = await asked()
    if (before === generation) cache.set(key, value ?? null)
    return value
  }

  return {
    read(key, asked) {
      const known = cache.get(key)
      return known === undefined ? ask(key, asked) : (known ?? undefined)
    },
    forget(key) {
      generation++
      cache.delete(key)
    },
    forgetAll() {
      generation++
      cache.clear()
    },
  }
}
