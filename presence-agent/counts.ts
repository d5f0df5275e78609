/** Counts: how many of something each has; who has none takes no memory. */

export interface Counts<K> {
  of(key: K): number
  add(key: K): void
  remove(key: K): void
}

export function createCounts<K>(): Counts<K> {
  const counts = new Map<K, number>()
  const of = (key: K) => counts.get(key) ?? 0
  return {
    of,
    add(key) {
      counts.set(key, of(key) + 1)
    },
    remove(key) {
      if (of(key) > 1) counts.set(key, of(key) - 1)
      else counts.delete(key)
    },
  }
}
