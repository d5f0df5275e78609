/** How many users a machine, or several on one store, can hold. */
import { storeWrites, loadOf } from './load.ts'
import type { Costs } from './costs.ts'
import { hourlyCounts } from './hourly-counts.ts'
import type { Population } from './population.ts'

export interface Machine {
  /** Of a node, for Visage alone. */
  readonly cores: number
  /** That Node gives its processes. */
  readonly heapGiB: number
  /** Part of both that the mean load may take: the rest is for peaks, for garbage, and for another node's users. */
  readonly utilisation: number
  /** That one PostgreSQL primary takes, a second. */
  readonly writesPerSecond: number
}

export interface Capacity {
  readonly users: number
  readonly limit: 'CPU' | 'memory' | 'store'
}

const HOUR_MICROSECONDS = 3600e6

export function capacityOf(
  population: Population,
  costs: Costs,
  { nodes, machine }: { readonly nodes: number; readonly machine: Machine },
): Capacity {
  const counts = hourlyCounts(population, nodes)
  const { cpuMicroseconds } = loadOf(counts, costs, nodes)
  const cores = nodes * machine.cores * machine.utilisation
  const memory = population.contacts * costs.subscriptionMemory
  const limits = [
    { limit: 'CPU', users: (cores * HOUR_MICROSECONDS) / cpuMicroseconds },
    { limit: 'memory', users: (nodes * machine.heapGiB * machine.utilisation * 2 ** 30) / memory },
    ...(nodes > 1
      ? [{ limit: 'store', users: (machine.writesPerSecond * 3600) / storeWrites(counts) } as const]
      : []),
  ] as const
  return limits.reduce((least, one) => (one.users < least.users ? one : least))
}
