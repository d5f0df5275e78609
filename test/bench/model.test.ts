/** The cost model of docs/scaling.md: its formula against a population simulated message by message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capacityOf } from '../../bench/model/capacity.ts'
import { OPERATIONS, type Costs } from '../../bench/model/costs.ts'
import { createEventQueue } from '../../bench/model/event-queue.ts'
import { hourlyCounts } from '../../bench/model/hourly-counts.ts'
import { loadOf } from '../../bench/model/load.ts'
import { TYPICAL } from '../../bench/model/population.ts'
import { simulate } from '../../bench/model/simulation.ts'

const cost = { cpuMicroseconds: 10, messages: 2, bytes: 1000 }
const COSTS: Costs = {
  publish: cost,
  notify: cost,
  subscribe: cost,
  iconGet: cost,
  iconCheck: cost,
  subscriptionMemory: 1000,
  sharedStoreFactor: 1.5,
}
const BIG = { cores: 1000, heapGiB: 1000, utilisation: 1, writesPerSecond: 1e6 }

test('the formula counts what a simulated population does, within 3 %', () => {
  // More of the rare events, so that a small population has enough of them.
  const population = { ...TYPICAL, sessionsPerHour: 0.5, iconsPerHour: 0.5, contacts: 20 }
  const { counts } = simulate(population, { users: 400, nodes: 3, hours: 40, seed: 7 })
  const expected = hourlyCounts(population, 3)
  for (const operation of [...OPERATIONS, 'heard'] as const) {
    const ratio = counts[operation] / expected[operation]
    assert.ok(Math.abs(ratio - 1) < 0.03, `${operation}: ${counts[operation]} is ${ratio} of it`)
  }
})

test('on one node nothing is heard from another, and nothing costs more for the store', () => {
  const counts = hourlyCounts(TYPICAL, 1)
  assert.equal(counts.heard, 0)
  const operations = OPERATIONS.reduce((sum, name) => sum + counts[name], 0)
  const { cpuMicroseconds, messages, bytes } = loadOf(counts, COSTS, 1)
  assert.ok(Math.abs(cpuMicroseconds - 10 * operations) < 1e-6)
  assert.ok(Math.abs(messages - 2 * operations) < 1e-6)
  assert.ok(Math.abs(bytes - 1000 * operations) < 1e-3)
})

test('what is scarcest limits the users: CPU, memory, or the database', () => {
  const limitOf = (machine: Partial<typeof BIG>, nodes = 3) =>
    capacityOf(TYPICAL, COSTS, { nodes, machine: { ...BIG, ...machine } })
  assert.equal(limitOf({ cores: 0.001 }).limit, 'CPU')
  assert.equal(limitOf({ heapGiB: 0.01 }).limit, 'memory')
  assert.equal(limitOf({ writesPerSecond: 1 }).limit, 'store')
  assert.notEqual(limitOf({ writesPerSecond: 1 }, 1).limit, 'store')
  // 50 subscriptions of 1,000 bytes each.
  assert.equal(limitOf({ heapGiB: 1 }, 1).users, 2 ** 30 / 50_000)
})

test('events come in the order of their times', () => {
  const queue = createEventQueue<{ at: number }>()
  for (const at of [5, 1, 4, 1, 3, 9, 2]) queue.add({ at })
  const times = Array.from({ length: 8 }, () => queue.next()?.at)
  assert.deepEqual(times, [1, 1, 2, 3, 4, 5, 9, undefined])
})
