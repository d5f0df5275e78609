/** Where the arrow keys lead among the items of a menu: round and round. WAI-ARIA APG, Menu. */

/** Undefined: the key does not move. */
export function nextItem(key: string, current: number, count: number): number | undefined {
  if (count === 0) return undefined
  const last = count - 1
  const next: Readonly<Record<string, number>> = {
    ArrowDown: current >= last ? 0 : current + 1,
    ArrowUp: current <= 0 ? last : current - 1,
    Home: 0,
    End: last,
  }
  return next[key]
}
