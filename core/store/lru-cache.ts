/** Bounded cache that forgets what was not asked for longest. */

export interface LruCache<K, V> {
  readonly get: (key: K) => V | undefined
  readonly set: (key: K, value: V) => void
  readonly delete: (key: K) => void
  readonly clear: () => void
}

export function createLruCache<K, V>({
  capacity,
  weigh = () => 1,
}: {
  /** Greatest sum of weights. */
  capacity: number
  weigh?: (value: V) => number
}): LruCache<K, V> {
  // A Map iterates in the order of insertion, so its first key is the one that was not used longest.
  const entries = new Map<K, V>()
  let weight = 0

  function remove(key: K): V | undefined {
    const value = entries.get(key)
    if (value !== undefined && entries.delete(key)) weight -= weigh(value)
    return value
  }

  return {
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) {
        entries.delete(key)
        entries.set(key, value)
      }
      return value
    },
    set(key, value) {
      remove(key)
      entries.set(key, value)
      weight += weigh(value)
      for (const oldest of entries.keys()) {
        if (weight <= capacity) break
        remove(oldest)
      }
    },
    delete(key) {
      remove(key)
    },
    clear() {
      entries.clear()
      weight = 0
    },
  }
}
