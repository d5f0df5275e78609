/** How many icons wait for approval, as /metrics says it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentMetadata } from '../../core/model/stores.ts'
import { createWaitingIcons, MOST_COUNTED } from '../../service/metrics/waiting-icons.ts'
import { createManualClock } from '../support/manual-clock.ts'

function waitingOf(given: { waiting: number; isAway?: boolean }) {
  const clock = createManualClock()
  let looks = 0
  let read = 0
  const held = {
    // eslint-disable-next-line @typescript-eslint/require-await -- as a store lists them
    async *list() {
      looks++
      if (given.isAway) throw new Error('away')
      for (let n = 0; n < given.waiting; n++) {
        read++
        yield {} as DocumentMetadata
      }
    },
  }
  const look = createWaitingIcons({ held, clock })
  const count = async () => (await look())[0]?.values[0]?.value
  return { clock, count, looks: () => looks, read: () => read }
}

void test('icons that wait are counted once a minute, however often and by how many it is asked', async () => {
  const given = { waiting: 2 }
  const { clock, count, looks } = waitingOf(given)
  assert.deepEqual(await Promise.all([count(), count()]), [2, 2])
  given.waiting = 5
  assert.equal(await count(), 2)
  assert.equal(looks(), 1)
  clock.advance(60_000)
  assert.equal(await count(), 5)
})

void test('no more are counted than the most that is told', async () => {
  const { count, read } = waitingOf({ waiting: MOST_COUNTED * 3 })
  assert.equal(await count(), MOST_COUNTED)
  assert.equal(read(), MOST_COUNTED)
})

void test('nothing is said of them while the store cannot be asked, and the rest of /metrics is', async () => {
  const given = { waiting: 3, isAway: true }
  const { clock, count } = waitingOf(given)
  assert.equal(await count(), undefined)
  given.isAway = false
  clock.advance(60_000)
  assert.equal(await count(), 3)
})
