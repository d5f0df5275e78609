/** The latest entries of a table that would grow without end. */

export interface Latest<Key, Value> {
  get(key: Key): Value | undefined
  /** The entry that was set longest ago goes when there are too many. */
  set(key: Key, value: Value): void
}

export function createLatest<Key, Value>(most: number): Latest<Key, Value> {
  const entries = new Map<Key, Value>()
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= most) return
      for (const oldest of entries.keys()) {
        entries.delete(oldest)
        return
      }
    },
  }
}
