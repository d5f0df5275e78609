/**
 * Cost sketch: who costs most among more names than are kept. Space-saving: a new name takes the place of the one that was met least.
 * Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams, 2005.
 */
import { noCost, type Cost } from './cost.ts'

export interface CostSketch {
  /** What the name has cost as far as is known; add to it. */
  of(name: string): Cost
  entries(): Iterable<readonly [name: string, cost: Cost]>
}

interface Kept {
  readonly cost: Cost
  /** How often it was met, and whoever had its place before. */
  met: number
}

export function createCostSketch(capacity: number): CostSketch {
  const kept = new Map<string, Kept>()

  /** How often the one was met whose place is free now. */
  function makeRoom(): number {
    let [least, met] = ['', Infinity]
    for (const [name, one] of kept) if (one.met < met) [least, met] = [name, one.met]
    kept.delete(least)
    return met
  }

  return {
    of(name) {
      const known = kept.get(name)
      if (known) {
        known.met++
        return known.cost
      }
      const before = kept.size >= capacity ? makeRoom() : 0
      const cost = noCost()
      kept.set(name, { cost, met: before + 1 })
      return cost
    },
    *entries() {
      for (const [name, { cost }] of kept) yield [name, cost]
    },
  }
}
