/** When this process is overloaded, and for how long. RFC 7339 §6. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { createOverloadControl } from '../../core/model/overload-control.ts'
import { createOverload } from '../../service/load/overload.ts'
import { createManualClock } from '../support/manual-clock.ts'

const LATE = 700
const INTERVAL = 200

/** A service whose probes come back after `delay` milliseconds; undefined: the system has no room for them. */
function setUp({ hearsItsOwn = true, isHeard = true } = {}) {
  const clock = createManualClock()
  const said: string[] = []
  const note = (_: object, text: string) => void said.push(text)
  const overload = createOverload({
    control: createOverloadControl({ random: () => 0.5 }),
    ...{ clock, hearsItsOwn, log: { ...silentLog, warn: note, info: note } },
  })
  let delay = isHeard ? 1 : undefined
  let unanswered = 0
  overload.start({
    probe() {
      if (delay !== undefined) overload.heard(delay)
    },
    delay: () => unanswered,
  })
  const pass = (seconds: number, then: number | undefined) => {
    delay = then
    for (let at = 0; at < seconds * 1000; at += INTERVAL) clock.advance(INTERVAL)
  }
  const leaveUnanswered = (milliseconds: number) => {
    unanswered = milliseconds
  }
  return { clock, said, overload, pass, leaveUnanswered }
}

test('what waits too long for a second has new requests refused, and all taken within five seconds after', () => {
  const { said, overload, pass } = setUp()
  pass(5, 1)
  assert.ok(overload.admits('new'))
  pass(3, LATE)
  assert.ok(!overload.admits('new'))
  pass(5, 1)
  assert.ok(overload.admits('new') && overload.admits('known'))
  assert.deepEqual(said, ['overloaded: new requests get 503', 'no longer overloaded'])
})

test('requests that were read and wait for their turn are late too: it adds to what they waited before', () => {
  const { overload, pass, leaveUnanswered } = setUp()
  leaveUnanswered(LATE / 2)
  pass(3, 1)
  assert.ok(overload.admits('new'))
  pass(3, LATE / 2)
  assert.ok(!overload.admits('new'))
  leaveUnanswered(0)
  pass(5, 1)
  assert.ok(overload.admits('new'))
})

test('a receive buffer without room for its own probe is an overload too', () => {
  const { overload, pass } = setUp()
  pass(1, 1)
  pass(4, undefined)
  assert.ok(!overload.admits('new'))
})

test('so is one that has room for only some of its probes', () => {
  const { overload, pass } = setUp()
  pass(1, 1)
  for (let round = 0; round < 8; round++) {
    pass(0.2, 1)
    pass(0.4, undefined)
  }
  assert.ok(!overload.admits('new'))
})

test('a probe that is late once, as while memory is collected, is no overload', () => {
  const { overload, pass } = setUp()
  for (let round = 0; round < 8; round++) {
    pass(0.8, 1)
    pass(0.2, undefined)
  }
  assert.ok(overload.admits('new'))
})

test('where other processes read the same socket, a probe that they hear says nothing', () => {
  const { overload, pass } = setUp({ hearsItsOwn: false })
  pass(1, 1)
  pass(10, undefined)
  assert.ok(overload.admits('new') && overload.admits('known'))
})

test('a service that has just begun has heard no probe yet, and is not overloaded', () => {
  const { overload, pass } = setUp({ isHeard: false })
  pass(10, undefined)
  assert.ok(overload.admits('new'))
})
