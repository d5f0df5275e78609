/** The expiry queue: soonest first, one timer, items leave early. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createExpiryQueue, type Expiring } from '../../presence-agent/expiry-queue.ts'
import { createManualClock } from '../support/manual-clock.ts'

interface Item extends Expiring {
  readonly name: number
}

// A fixed sequence, so that a failure can be repeated.
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state % sides
  }
}

test('items expire once, at their time and in order, whatever is added, removed and moved meanwhile', () => {
  const clock = createManualClock(0)
  const gone: Item[] = []
  const queue = createExpiryQueue<Item>(clock, (items) => {
    for (const item of items) {
      assert.equal(item.place, -1)
      assert.ok(item.dueAt <= clock.now())
    }
    gone.push(...items)
  })
  const dice = createDice(7)
  const alive = new Set<Item>()
  for (let name = 0; name < 2_000; name++) {
    const item: Item = { name, dueAt: clock.now() + 1 + dice(5_000), place: -1 }
    queue.add(item)
    alive.add(item)
    const other = [...alive][dice(alive.size)]
    if (other && dice(3) === 0) {
      queue.remove(other)
      if (dice(2) === 0) {
        other.dueAt = clock.now() + 1 + dice(5_000)
        queue.add(other)
      } else alive.delete(other)
    }
    if (dice(10) === 0) clock.advance(dice(100))
    for (const item of gone) alive.delete(item)
  }
  clock.advance(10_000)
  for (const item of gone) alive.delete(item)
  assert.equal(alive.size, 0)
  assert.equal(new Set(gone).size, gone.length)
  const times = gone.map(({ dueAt }) => dueAt)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
})

test('after stop nothing expires', () => {
  const clock = createManualClock(0)
  const queue = createExpiryQueue<Item>(clock, () => assert.fail('stopped'))
  queue.add({ name: 1, dueAt: 10, place: -1 })
  queue.stop()
  queue.add({ name: 2, dueAt: 20, place: -1 })
  clock.advance(100)
})
