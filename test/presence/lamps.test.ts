/** Dialog lamps cannot stick, whatever is lost, late or left behind. RFC 4235 §3.7.1, RFC 6665 §4.2.2. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startAgent, type AgentHarness } from './agent-harness.ts'
import { ALICE, call, publishCalls, watchCalls } from './calls.ts'
import type { Phone } from './phone.ts'

async function setUp(t: TestContext) {
  const agent = await startAgent(t)
  return { agent, alice: await agent.phone('alice'), bob: await agent.phone('bob') }
}

const statesIn = (body: string) =>
  [...body.matchAll(/<state[^>]*>(\w+)</g)].map(([, state]) => state)
const statesTold = async (lamp: Phone) => statesIn((await lamp.notify()).body)
const nothingTold = async (agent: AgentHarness, lamp: Phone) => {
  await agent.advance(0)
  await agent.advance(0)
  assert.deepEqual(lamp.client.untaken(), [])
}

test('a publication that comes too late sets no lamp back', async (t) => {
  const { alice, bob } = await setUp(t)
  await watchCalls(bob)
  await bob.notify()
  await publishCalls(alice, [call('confirmed')])
  assert.deepEqual(await statesTold(bob), ['confirmed'])
  // Without a tag, as Kamailio sends it while the answer to the first is on its way.
  await publishCalls(alice, [call('early')])
  assert.deepEqual(await statesTold(bob), ['confirmed'])
})

test('a call that has ended stays ended, though another publication of it is left behind', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await watchCalls(bob)
  await bob.notify()
  await publishCalls(alice, [call('early')])
  assert.deepEqual(await statesTold(bob), ['early'])
  const { tag } = await publishCalls(alice, [call('confirmed')], { expires: 60 })
  assert.deepEqual(await statesTold(bob), ['confirmed'])
  await publishCalls(alice, [call('terminated')], { tag, expires: 60 })
  assert.deepEqual(await statesTold(bob), ['terminated'])
  await agent.advance(61_000)
  assert.deepEqual(await statesTold(bob), [])
})

test('a phone that crashes while it rings leaves no lamp lit: after three minutes the call has ended', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await watchCalls(bob)
  await bob.notify()
  await publishCalls(alice, [call('early')])
  assert.deepEqual(await statesTold(bob), ['early'])
  await agent.advance(179_000)
  await nothingTold(agent, bob)
  await agent.advance(1_000)
  assert.deepEqual(await statesTold(bob), ['terminated'])
})

test('a publication that expires puts its lamps out, and says so once', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await watchCalls(bob)
  await bob.notify()
  await publishCalls(alice, [call('confirmed')], { expires: 60 })
  assert.deepEqual(await statesTold(bob), ['confirmed'])
  await agent.advance(61_000)
  assert.deepEqual(await statesTold(bob), ['terminated'])
  await publishCalls(alice, [call('early', { callId: 'call-2', id: 'd2' })])
  assert.deepEqual(await statesTold(bob), ['early'])
})

test('a phone that uses one id for every call may ring again', async (t) => {
  const { alice, bob } = await setUp(t)
  const ring = { id: '6001', state: 'early', details: [] } as const
  await watchCalls(bob)
  await bob.notify()
  const { tag } = await publishCalls(alice, [{ ...ring, state: 'terminated' }])
  assert.deepEqual(await statesTold(bob), ['terminated'])
  await publishCalls(alice, [ring], { tag })
  assert.deepEqual(await statesTold(bob), ['early'])
})

test('after a restart a call is still on, and its end puts the lamp out', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await watchCalls(bob)
  await bob.notify()
  const { tag } = await publishCalls(alice, [call('confirmed')])
  await bob.notify()
  await agent.restart()
  assert.deepEqual(await statesTold(bob), ['confirmed'])
  await publishCalls(alice, [call('terminated')], { tag })
  assert.deepEqual(await statesTold(bob), ['terminated'])
})

test('a phone that crashes while it rings leaves no lamp lit, though the service was restarted meanwhile', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await watchCalls(bob)
  await bob.notify()
  await publishCalls(alice, [call('early')])
  assert.deepEqual(await statesTold(bob), ['early'])
  await agent.restart()
  assert.deepEqual(await statesTold(bob), ['early'])
  await agent.advance(181_000)
  assert.deepEqual(await statesTold(bob), ['terminated'])
})

test('RFC 6665 §4.2.2: one lost NOTIFY does not end a lamp’s subscription', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await watchCalls(bob)
  await bob.notify()
  await publishCalls(alice, [call('early')])
  const lost = await bob.notify(null)
  assert.deepEqual(statesIn(lost.body), ['early'])
  bob.answer(lost, 408)
  await agent.advance(0)
  await publishCalls(alice, [call('confirmed', { remoteTag: 'r' })])
  let told = await statesTold(bob)
  if (told[0] === 'early') told = await statesTold(bob)
  assert.deepEqual(told, ['confirmed'])
})

const CONTACT = '<sip:bob@127.0.0.1:5070>'
const watchFrom = (phone: Phone, contact = CONTACT, event = 'dialog', uri = ALICE) =>
  phone.request('SUBSCRIBE', { uri, contact, headers: [`Event: ${event}`, 'Expires: 600'] })

test('a phone that has started anew has one subscription, and the old one ends without a NOTIFY', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  for (let start = 0; start < 3; start++) {
    await watchFrom(bob)
    await bob.notify()
  }
  // The old ones end in turns of their own, after the NOTIFY has left.
  for (let looks = 0; looks < 100 && (await subscriptionsStored(agent)) > 1; looks++) {
    await agent.advance(0)
  }
  assert.equal(await subscriptionsStored(agent), 1)
  await publishCalls(alice, [call('confirmed')])
  assert.deepEqual(await statesTold(bob), ['confirmed'])
  await nothingTold(agent, bob)
})

test('another Contact, another event and another presentity replace nothing', async (t) => {
  const { agent, bob } = await setUp(t)
  for (const [contact, event, uri] of [
    [CONTACT, 'dialog', ALICE],
    ['<sip:bob@127.0.0.1:5072>', 'dialog', ALICE],
    [CONTACT, 'dialog;id=2', ALICE],
    [CONTACT, 'presence', ALICE],
    [CONTACT, 'dialog', 'sip:carol@example.com'],
  ] as const) {
    await watchFrom(bob, contact, event, uri)
    await bob.notify()
  }
  await agent.advance(0)
  assert.equal(await subscriptionsStored(agent), 5)
})

async function subscriptionsStored({ store }: AgentHarness): Promise<number> {
  let count = 0
  for await (const record of store.eventState.subscriptions()) if (record.id !== '') count++
  return count
}
