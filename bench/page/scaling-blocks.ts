/** The tables of docs/scaling.md: the cost model over what was measured, and the simulation beside it. */
import { capacityOf, type Machine } from '../model/capacity.ts'
import { costsFrom, OPERATIONS, type Costs } from '../model/costs.ts'
import { hourlyCounts } from '../model/hourly-counts.ts'
import { loadOf } from '../model/load.ts'
import { TYPICAL } from '../model/population.ts'
import { simulate } from '../model/simulation.ts'
import type { Results } from '../runs/results.ts'
import { markdownTable } from './marked-text.ts'
import { shown } from './numbers.ts'

/** What docs/scaling.md speaks of. */
const MACHINE: Machine = { cores: 1, heapGiB: 4, utilisation: 0.5, writesPerSecond: 10_000 }
const WORLD = 10_000_000
const SIMULATED = { users: 2000, hours: 4, seed: 20_261_122 }

const NAMES = {
  publish: 'PUBLISH',
  notify: 'NOTIFY of a change',
  subscribe: 'SUBSCRIBE with its NOTIFY',
  iconGet: 'icon GET, 20 KB',
  iconCheck: 'icon GET answered 304',
  heard: 'change heard by another node',
} as const

export function scalingBlocks(results: Results): Record<string, string> {
  const costs = costsFrom(results)
  return {
    costs: costTable(costs),
    hour: hourTable(costs),
    capacity: capacityTable(costs),
    simulation: simulationTable(costs),
  }
}

function costTable(costs: Costs): string {
  const rows = OPERATIONS.map((operation) => {
    const { cpuMicroseconds, messages, bytes } = costs[operation]
    return [NAMES[operation], ...[cpuMicroseconds, messages, bytes].map(shown)]
  })
  return markdownTable(['Operation', ' CPU µs', ' messages', ' bytes'], rows)
}

function hourTable(costs: Costs): string {
  const counts = hourlyCounts(TYPICAL, 1)
  const rows = OPERATIONS.map((operation) => {
    const count = counts[operation]
    const { cpuMicroseconds, messages, bytes } = costs[operation]
    return hourRow(NAMES[operation], count, {
      cpuMicroseconds: cpuMicroseconds * count,
      messages: messages * count,
      bytes: bytes * count,
    })
  })
  const sum = hourRow('**in all**', undefined, loadOf(counts, costs, 1))
  const titles = ['A user in an hour', ' times', ' CPU ms', ' messages', ' KB']
  return markdownTable(titles, [...rows, sum])
}

function hourRow(
  name: string,
  count: number | undefined,
  { cpuMicroseconds, messages, bytes }: ReturnType<typeof loadOf>,
): string[] {
  const times = count === undefined ? '' : shown(count)
  return [name, times, shown(cpuMicroseconds / 1000), shown(messages), shown(bytes / 1000)]
}

function capacityTable(costs: Costs): string {
  const rows = [1, 3].map((nodes) => {
    const { users, limit } = capacityOf(TYPICAL, costs, { nodes, machine: MACHINE })
    const { cpuMicroseconds, bytes } = loadOf(hourlyCounts(TYPICAL, nodes), costs, nodes)
    const groups = Math.ceil(WORLD / users)
    return [
      nodes === 1 ? 'one node, embedded store' : `${nodes} nodes on PostgreSQL`,
      shown(cpuMicroseconds / 1000),
      shown(users),
      limit,
      shown((users * TYPICAL.contacts) / nodes),
      shown((users * bytes * 8) / 3600e6),
      `${shown(groups)} × ${nodes}`,
    ]
  })
  const titles = [
    '',
    ' CPU ms a user-hour',
    ' users',
    'limited by',
    ' subscriptions a node',
    ' Mbit/s in all',
    ' for ten million users',
  ]
  return markdownTable(titles, rows)
}

function simulationTable(costs: Costs): string {
  const nodes = 3
  const { counts, peak } = simulate(TYPICAL, { ...SIMULATED, nodes })
  const expected = hourlyCounts(TYPICAL, nodes)
  const [load, expectedLoad] = [loadOf(counts, costs, nodes), loadOf(expected, costs, nodes)]
  const rows = [
    ...([...OPERATIONS, 'heard'] as const).map((operation) =>
      apart(NAMES[operation], expected[operation], counts[operation]),
    ),
    apart('messages in all', expectedLoad.messages, load.messages),
    apart('KB in all', expectedLoad.bytes / 1000, load.bytes / 1000),
    apart('CPU ms in all', expectedLoad.cpuMicroseconds / 1000, load.cpuMicroseconds / 1000),
  ]
  const titles = ['A user in an hour, three nodes', ' formula', ' simulated', ' apart']
  const { users, hours } = SIMULATED
  return `${markdownTable(titles, rows)}\n\n${users.toLocaleString('en')} users for ${hours} hours; the busiest minute had ${peak.toFixed(2)} times the mean.`
}

function apart(name: string, expected: number, found: number): string[] {
  return [name, shown(expected), shown(found), `${((found / expected - 1) * 100).toFixed(1)} %`]
}
