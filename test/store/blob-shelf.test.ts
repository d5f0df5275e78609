/** Looking through a million blobs leaves the time to requests, and stops when the store is closed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { createBlobShelf } from '../../core/store/blob-shelf.ts'
import { createManualClock } from '../support/manual-clock.ts'

const MANY = 120

/** A shelf with many blobs, all of which nobody refers to. */
function manyBlobs() {
  const clock = createManualClock()
  const removed: string[] = []
  const shelf = createBlobShelf({
    files: {
      write: () => Promise.resolve(),
      read: () => Promise.resolve(undefined),
      remove: (hash) => {
        removed.push(hash)
        return Promise.resolve()
      },
      async *all() {
        for (let number = 0; number < MANY; number++) yield await Promise.resolve(String(number))
      },
    },
    references: { count: () => 0, operations: () => [] },
    clock,
    log: silentLog,
  })
  return { shelf, clock, removed }
}

const nextTurn = () => new Promise((next) => setImmediate(next))

test('blobs are looked at some at a time, with pauses between', async () => {
  const { shelf, clock, removed } = manyBlobs()
  const sweeping = shelf.sweepAll()
  await nextTurn()
  const first = removed.length
  assert.ok(first > 0 && first < MANY)
  await nextTurn()
  assert.equal(removed.length, first)
  clock.advance(1000)
  await nextTurn()
  assert.equal(removed.length, 2 * first)
  clock.advance(1000)
  await sweeping
  assert.equal(removed.length, MANY)
})

test('a store that closes waits for no pause, and nothing is removed any more', async () => {
  const { shelf, removed } = manyBlobs()
  const sweeping = shelf.sweepAll()
  await nextTurn()
  const first = removed.length
  await shelf.close()
  await sweeping
  assert.equal(removed.length, first)
})
