/**
 * Presence from registration: a phone that never publishes can be reached as long as it is registered. RFC 3856 §7.2.
 *
 *   alice                              Visage                    bob
 *      | REGISTER                        |                        |
 *      |-------------------------------->| NOTIFY open            |
 *      | 200                             |----------------------->|
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startAgent, type AgentHarness, type HarnessOptions } from './agent-harness.ts'
import { pidf, type Phone } from './phone.ts'

const ALICE = 'sip:alice@example.com'

const PRESENCE = { minExpires: 60, maxExpires: 7200, throttle: 0, iconWithStatusIcon: true }

async function setUp(
  t: TestContext,
  options: HarnessOptions = {
    agent: { presence: { ...PRESENCE, fromRegistration: 'registrar' } },
  },
) {
  const agent = await startAgent(t, options)
  return { agent, alice: await agent.phone('alice'), bob: await agent.phone('bob') }
}

const register = (phone: Phone, expires = 600, callId = 'registration') =>
  phone.request('REGISTER', {
    uri: 'sip:example.com',
    to: ALICE,
    callId,
    headers: [`Expires: ${expires}`],
  })
const basicIn = (body: string) => [...body.matchAll(/<basic>(\w+)</g)].map(([, basic]) => basic)
const basicTold = async (phone: Phone) => basicIn((await phone.notify()).body)
const nothingTold = async (agent: AgentHarness, phone: Phone) => {
  await agent.advance(0)
  await agent.advance(0)
  assert.deepEqual(phone.client.untaken(), [])
}

test('a phone that registers and publishes nothing is open, with the address of record, until it is gone', async (t) => {
  const { alice, bob } = await setUp(t)
  await bob.subscribe(ALICE)
  assert.deepEqual(await basicTold(bob), ['closed'])
  await register(alice)
  const { body } = await bob.notify()
  assert.deepEqual(basicIn(body), ['open'])
  assert.ok(body.includes(`<contact>${ALICE}</contact>`), body)
  await register(alice, 0)
  assert.deepEqual(await basicTold(bob), ['closed'])
})

test('a registration that expires is told as closed, and a refresh is not told', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await register(alice, 300)
  await bob.subscribe(ALICE)
  assert.deepEqual(await basicTold(bob), ['open'])
  await register(alice, 300)
  await nothingTold(agent, bob)
  await agent.advance(301_000)
  assert.deepEqual(await basicTold(bob), ['closed'])
})

test('whoever publishes is seen as published: closed stays closed, registered or not', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await bob.subscribe(ALICE)
  await bob.notify()
  await alice.publish(pidf(ALICE, 'closed'))
  assert.deepEqual(await basicTold(bob), ['closed'])
  await register(alice)
  await nothingTold(agent, bob)
})

test('RFC 3903 §6: when the last publication is removed the registration counts again', async (t) => {
  const { alice, bob } = await setUp(t)
  await register(alice)
  const published = await alice.publish(pidf(ALICE, 'closed'))
  await bob.subscribe(ALICE)
  assert.deepEqual(await basicTold(bob), ['closed'])
  const match = `SIP-If-Match: ${published.header('sip-etag')}`
  await alice.publish(undefined, [match, 'Expires: 0'])
  assert.deepEqual(await basicTold(bob), ['open'])
})

test('after a restart who is registered is still open, and watchers are not told anew', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await register(alice)
  await bob.subscribe(ALICE)
  await bob.notify()
  await agent.restart()
  await nothingTold(agent, bob)
  await bob.subscribe(ALICE)
  assert.deepEqual(await basicTold(bob), ['open'])
})

test('presence.fromRegistration off, as it is by itself: only what is published counts', async (t) => {
  const { agent, alice, bob } = await setUp(t, {})
  await register(alice)
  await bob.subscribe(ALICE)
  assert.deepEqual(await basicTold(bob), ['closed'])
  await register(alice, 0)
  await nothingTold(agent, bob)
})
