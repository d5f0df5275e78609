/** Cost window: what everybody has cost within the last minute, forgotten five seconds at a time. */
import type { Clock } from '../../core/model/clock.ts'
import { addCost, noCost, type Cost } from './cost.ts'
import { createCostSketch, type CostSketch } from './cost-sketch.ts'

export interface CostWindow {
  readonly of: (name: string) => Cost
  readonly sums: () => ReadonlyMap<string, Cost>
}

/** Milliseconds. */
const SLICE = 5_000
const SLICES = 12
/** Names that each slice keeps. */
const NAMES = 1_000

export function createCostWindow(clock: Pick<Clock, 'now'>): CostWindow {
  const slices: { readonly until: number; readonly sketch: CostSketch }[] = []

  function current(): CostSketch {
    const now = clock.now()
    const newest = slices.at(-1)
    if (newest && now < newest.until) return newest.sketch
    const sketch = createCostSketch(NAMES)
    slices.push({ until: now + SLICE, sketch })
    forget(now)
    return sketch
  }

  function forget(now: number): void {
    while ((slices[0]?.until ?? Infinity) <= now - SLICES * SLICE + SLICE) slices.shift()
  }

  return {
    of: (name) => current().of(name),
    sums() {
      forget(clock.now())
      const sums = new Map<string, Cost>()
      for (const { sketch } of slices) {
        for (const [name, cost] of sketch.entries()) addCost(sumOf(sums, name), cost)
      }
      return sums
    },
  }
}

function sumOf(sums: Map<string, Cost>, name: string): Cost {
  const sum = sums.get(name) ?? noCost()
  sums.set(name, sum)
  return sum
}
