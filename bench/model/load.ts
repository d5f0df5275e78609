/** What counts of operations cost. */
import { mapCost, OPERATIONS, type Cost, type Costs } from './costs.ts'
import type { Counts } from './hourly-counts.ts'

/** What is written into the store before it is answered. */
const WRITES = ['publish', 'subscribe'] as const

export function loadOf(counts: Counts, costs: Costs, nodes: number): Cost {
  const factor = nodes > 1 ? costs.sharedStoreFactor : 1
  const written = new Set<string>(WRITES)
  return mapCost((name) => {
    const own = OPERATIONS.map((operation) => {
      const dearer = name === 'cpuMicroseconds' && written.has(operation) ? factor : 1
      return counts[operation] * costs[operation][name] * dearer
    })
    // Whoever hears of a change reads the document as the one did that it was published to.
    const heard = name === 'cpuMicroseconds' ? counts.heard * costs.publish.cpuMicroseconds : 0
    return own.reduce((sum, one) => sum + one, heard)
  })
}

/** Records that the store takes. */
export const storeWrites = (counts: Counts): number =>
  WRITES.reduce((sum, operation) => sum + counts[operation], 0)
