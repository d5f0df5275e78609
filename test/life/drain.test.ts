/** Draining by a stepped clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { createDrain, type Drain } from '../../service/life/drain.ts'
import { shutDown } from '../../service/life/shutdown.ts'
import { createManualClock } from '../support/manual-clock.ts'

/** A part of the service that has begun so much. */
function someWork(drain: Drain, begun: number) {
  const work = { name: 'requests', begun, isTaking: true }
  drain.add({
    name: work.name,
    stopTaking() {
      work.isTaking = false
    },
    underWay: () => work.begun,
  })
  return work
}

function draining(begun: number) {
  const clock = createManualClock()
  const told: string[] = []
  const tell = (fields: object, text: string) => void told.push(`${text} ${JSON.stringify(fields)}`)
  const log = { ...silentLog, info: tell, warn: tell }
  const drain = createDrain({ clock, log })
  return { clock, log, drain, told, work: someWork(drain, begun) }
}

test('draining takes nothing new at once, and is over when what was begun is finished', async () => {
  const { clock, drain, work, told } = draining(2)
  let isOver = false
  const over = drain.finish(10_000).then(() => (isOver = true))
  assert.equal(work.isTaking, false)
  clock.advance(1_000)
  await Promise.resolve()
  assert.equal(isOver, false)
  assert.deepEqual(told, ['waiting for what is under way {"underWay":{"requests":2}}'])
  work.begun = 0
  clock.advance(1_000)
  await over
})

test('draining waits no longer than it may, and says what it cuts off', async () => {
  const { clock, drain, told } = draining(1)
  const over = drain.finish(10_000)
  clock.advance(10_000)
  await over
  assert.equal(told.at(-1), 'cut off: it took too long {"underWay":{"requests":1}}')
})

test('where nothing is under way draining is over at once', async () => {
  const { drain, told } = draining(0)
  await drain.finish(10_000)
  assert.deepEqual(told, [])
})

test('the end is announced first, while everything is still taken; then nothing new is', async () => {
  const { clock, log, drain, work } = draining(0)
  const said: string[] = []
  const over = shutDown(
    { announce: 5, finish: 10 },
    {
      readiness: { drain: () => void said.push('here') },
      announceToOthers: () => void said.push('other workers'),
      ...{ drain, clock, log },
    },
  )
  assert.deepEqual(said, ['here', 'other workers'])
  clock.advance(4_999)
  assert.equal(work.isTaking, true)
  clock.advance(1)
  await over
  assert.equal(work.isTaking, false)
})
