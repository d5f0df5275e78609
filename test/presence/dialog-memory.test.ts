/** How far calls have come is remembered within bounds. RFC 4235 §3.7.1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Aor } from '../../core/uri/aor.ts'
import { createDialogMemory } from '../../presence-agent/packages/dialog-memory.ts'
import { call } from './calls.ts'

const ALICE = 'sip:alice@example.com' as Aor

test('of one presentity the newest calls are remembered', () => {
  const memory = createDialogMemory()
  const calls = Array.from({ length: 30 }, (_, at) => call('confirmed', { callId: `call-${at}` }))
  memory.remember(ALICE, calls)
  const known = calls.filter((one) => memory.reached(ALICE, one) === 'confirmed')
  assert.deepEqual(known, calls.slice(-20))
})

test('a call whose name has no end is not remembered', () => {
  const memory = createDialogMemory()
  const endless = call('confirmed', { callId: 'x'.repeat(60_000) })
  memory.remember(ALICE, [endless])
  assert.equal(memory.reached(ALICE, endless), undefined)
})

test('a call that is told of again is the newest', () => {
  const memory = createDialogMemory()
  const first = call('confirmed', { callId: 'first' })
  memory.remember(ALICE, [first])
  for (let at = 0; at < 19; at++) memory.remember(ALICE, [call('early', { callId: `${at}` })])
  memory.remember(ALICE, [call('early', { callId: 'first' })])
  memory.remember(ALICE, [call('early', { callId: 'last' })])
  assert.equal(memory.reached(ALICE, first), 'confirmed')
})
