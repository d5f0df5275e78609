/** The warm-up does what it is for: the real work, without a trace. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { warmPresenceAgent } from '../../presence-agent/warm-up.ts'

test('the warm-up answers a thousand requests and counts them', async () => {
  const { answered, notified } = await warmPresenceAgent()
  assert.equal(answered, 1_040)
  assert.ok(notified > 40, `${notified} NOTIFYs`)
})
