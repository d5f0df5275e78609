/** Which children of two versions of an element stand for each other: the longest common sequence, within bounded work. */
import type { ChildNode } from './child-content.ts'

/** Indexes, rising in both. */
export interface ChildPair {
  readonly old: number
  readonly now: number
}

/** Entries of the table that is filled at most; beyond it what is in the middle counts as all new. */
const LARGEST_TABLE = 250_000

export function alignChildren(
  old: readonly ChildNode[],
  now: readonly ChildNode[],
): readonly ChildPair[] {
  const shorter = Math.min(old.length, now.length)
  let first = 0
  while (first < shorter && old[first]?.key === now[first]?.key) first++
  let last = 0
  while (last < shorter - first && old.at(-1 - last)?.key === now.at(-1 - last)?.key) last++
  const middle = commonSequence(
    old.slice(first, old.length - last),
    now.slice(first, now.length - last),
  )
  return [
    ...Array.from({ length: first }, (_, at) => ({ old: at, now: at })),
    ...middle.map((pair) => ({ old: pair.old + first, now: pair.now + first })),
    ...Array.from({ length: last }, (_, at) => ({
      old: old.length - last + at,
      now: now.length - last + at,
    })),
  ]
}

function commonSequence(old: readonly ChildNode[], now: readonly ChildNode[]): ChildPair[] {
  const width = now.length + 1
  if ((old.length + 1) * width > LARGEST_TABLE) return []
  const lengths = sequenceLengths(old, now)
  const lengthAt = (i: number, j: number) => lengths[i * width + j] ?? 0
  const pairs: ChildPair[] = []
  for (let i = 0, j = 0; i < old.length && j < now.length;) {
    if (old[i]?.key === now[j]?.key) pairs.push({ old: i++, now: j++ })
    else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i++
    else j++
  }
  return pairs
}

/** Row by row: how long the common sequence is from there on. */
function sequenceLengths(old: readonly ChildNode[], now: readonly ChildNode[]): Uint16Array {
  const width = now.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const at = i * width + j
      const below = lengths[at + width] ?? 0
      const beside = lengths[at + 1] ?? 0
      const both = 1 + (lengths[at + width + 1] ?? 0)
      lengths[at] = old[i]?.key === now[j]?.key ? both : Math.max(below, beside)
    }
  }
  return lengths
}
