/** Counts: how many of something each has; who has none takes no memory. */

export interface Counts<K> {
  of(key: K): number
  add(key: K): void
  remove(key: K): void
  change(key: K, by: number): void
  /** How many have any. */
  readonly size: number
}

export function createCounts<K>(): Counts<K> {
  const counts = new Map<K, number>()
  const of = (key: K) => counts.get(key) ?? 0
  function change(key: K, by: number): void {
    const count = of(key) + by
    if (count > 0) counts.set(key, count)
    else counts.delete(key)
  }

  return {
    of,
    change,
    get size() {
      return counts.size
    },
    add(key) {
      change(key, 1)
    },
    remove(key) {
      change(key, -1)
    },
  }
}
