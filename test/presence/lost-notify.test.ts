/** A NOTIFY that nothing answers: the first is a loss, the second in a row an end. RFC 6665 §4.2.2. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { SipText } from '../support/sip-client.ts'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'
import { nothingMore } from './watched-alice.ts'

const ALICE = 'sip:alice@example.com'
const noted = (note: string) => pidf(ALICE, 'open', `<note>${note}</note>`)
/** RFC 3261 §17.1.2.2: 64 × T1. */
const TIMER_F = 32_000

async function watched(t: TestContext) {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await bob.subscribe(ALICE)
  return { agent, alice, bob, dialog }
}

/*
 *  bob            agent
 *   |  x--NOTIFY 1--|   Timer F
 *   |     30 s      |
 *   |<---NOTIFY 2---|   the newest state
 *   |------200----->|
 */
test('one NOTIFY that times out does not end the subscription: the state is told again', async (t) => {
  const { agent, bob, dialog } = await watched(t)
  await bob.notify(null)
  agent.clock.advance(TIMER_F)
  agent.clock.advance(29_000)
  assert.equal(bob.client.untaken().filter(isSecond).length, 0, 'not at once')
  agent.clock.advance(1_001)
  const again = await bob.client.receive(isSecond, 'the second NOTIFY')
  assert.match(again.body, /<basic>closed</)
  bob.answer(again, 200)
  assert.equal((await bob.refresh(dialog, 600)).status, 200)
})

const isSecond = (message: SipText) => message.header('cseq') === '2 NOTIFY'

test('what changes meanwhile is told at once', async (t) => {
  const { agent, alice, bob } = await watched(t)
  await bob.notify(null)
  agent.clock.advance(TIMER_F)
  await alice.publish(noted('meanwhile'))
  const next = await bob.client.receive(isSecond, 'the second NOTIFY')
  assert.match(next.body, /<note>meanwhile</)
  bob.answer(next, 200)
  await agent.advance(60_000)
  const isThird = (message: SipText) => message.header('cseq') === '3 NOTIFY'
  assert.equal(bob.client.untaken().filter(isThird).length, 0)
})

test('the second in a row ends it, and gives its memory back', async (t) => {
  const { agent, bob, dialog } = await watched(t)
  await bob.notify(null)
  agent.clock.advance(TIMER_F)
  agent.clock.advance(30_001)
  await bob.client.receive(isSecond, 'the second NOTIFY')
  agent.clock.advance(TIMER_F)
  assert.equal((await bob.refresh(dialog, 600)).status, 481)
  assert.equal(await stored(agent.store.eventState.subscriptions()), 0)
})

async function stored(records: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const record of records) if (record) count++
  return count
}

test('an answer in between begins the count anew', async (t) => {
  const { agent, alice, bob, dialog } = await watched(t)
  await bob.notify(null)
  agent.clock.advance(TIMER_F)
  agent.clock.advance(30_001)
  bob.answer(await bob.client.receive(isSecond, 'the second NOTIFY'), 200)
  await agent.advance(0)
  await alice.publish(noted('a'))
  await bob.client.receive(({ body }) => body.includes('<note>a<'), 'the third NOTIFY')
  agent.clock.advance(TIMER_F)
  assert.equal((await bob.refresh(dialog, 600)).status, 200)
})

test('RFC 3261 §16.8: a proxy that says 408 says the same as Timer F', async (t) => {
  const { agent, bob, dialog } = await watched(t)
  await bob.notify(408)
  await agent.advance(30_001)
  assert.equal((await bob.notify(408)).header('cseq'), '2 NOTIFY')
  await agent.advance(0)
  assert.equal((await bob.refresh(dialog, 600)).status, 481)
})

test('RFC 6665 §4.2.2: 481 ends it at once', async (t) => {
  const { agent, bob, dialog } = await watched(t)
  await bob.notify(481)
  await agent.advance(0)
  assert.equal((await bob.refresh(dialog, 600)).status, 481)
})

test('the last NOTIFY of a subscription is not repeated', async (t) => {
  const { agent, bob, dialog } = await watched(t)
  await bob.notify()
  await agent.advance(0)
  await bob.refresh(dialog, 0)
  await bob.notify(408)
  await agent.advance(60_000)
  await nothingMore(agent, bob)
})
