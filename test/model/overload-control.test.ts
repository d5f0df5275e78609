/** What is taken on while the service is late. RFC 7339 §6. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOverloadControl, type OverloadControl } from '../../core/model/overload-control.ts'

const LATE = 700
const IN_TIME = 10

function note(control: OverloadControl, delay: number, times: number): void {
  for (let time = 0; time < times; time++) control.note(delay)
}

test('a service that is late for a moment takes everything on', () => {
  const control = createOverloadControl({ random: () => 0.99 })
  for (let time = 0; time < 20; time++) {
    note(control, LATE, 4)
    control.note(IN_TIME)
  }
  assert.ok(control.admits('new') && control.admits('known'))
})

test('new work is given up first, and what is known only when that does not help', () => {
  const control = createOverloadControl({ random: () => 0.5 })
  note(control, LATE, 7)
  assert.ok(control.shares.new < 1)
  assert.equal(control.shares.known, 1)
  assert.ok(!control.admits('new') && control.admits('known'))
  note(control, LATE, 30)
  assert.equal(control.shares.new, 0.02)
  assert.equal(control.shares.known, 0.2)
})

test('neither is ever given up wholly: some of it finds out when it goes on', () => {
  const control = createOverloadControl({ random: () => 0.01 })
  note(control, LATE, 1000)
  assert.ok(control.admits('new') && control.admits('known'))
})

test('what is known is taken on again first, and all of it within five seconds of five notes each', () => {
  const control = createOverloadControl({ random: Math.random })
  note(control, LATE, 100)
  note(control, IN_TIME, 4)
  assert.equal(control.shares.known, 1)
  assert.ok(control.shares.new < 0.1)
  note(control, IN_TIME, 21)
  assert.deepEqual(control.shares, { new: 1, known: 1 })
})

test('between late and in time it stays as it is', () => {
  const control = createOverloadControl({ random: Math.random })
  note(control, LATE, 7)
  const before = { ...control.shares }
  note(control, 150, 50)
  assert.deepEqual(control.shares, before)
})
