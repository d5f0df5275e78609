/** REGISTER: a small registrar. RFC 3261 §10.3. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startAgent, type AgentHarness } from './agent-harness.ts'

const ALICE = 'sip:alice@example.com'
const HOME = '<sip:alice@192.0.2.1>'

async function registering(agent: AgentHarness) {
  const alice = await agent.phone('alice')
  return (
    contact: string,
    headers: readonly string[] = [],
    more: { callId?: string; cseq?: number } = {},
  ) => alice.request('REGISTER', { uri: 'sip:example.com', to: ALICE, contact, headers, ...more })
}

test('RFC 3261 §10.3: contacts are bound, echoed with expires, fetched, renewed and removed', async (t) => {
  const agent = await startAgent(t)
  const register = await registering(agent)
  const first = await register(`${HOME};+sip.instance="<urn:uuid:1>";expires=1200`, [
    'Expires: 600',
  ])
  assert.equal(first.status, 200)
  assert.deepEqual(first.headers('contact'), [`${HOME};+sip.instance="<urn:uuid:1>";expires=1200`])
  const second = await register('<sip:alice@192.0.2.2:5070>', ['Expires: 600'])
  assert.equal(second.headers('contact').length, 2)
  await agent.advance(100_000)
  const fetched = await register('')
  assert.deepEqual(
    fetched.headers('contact').map((line) => /expires=(\d+)/.exec(line)?.[1]),
    ['1100', '500'],
  )
  // The same contact by URI comparison, though spelled otherwise.
  const renewed = await register('<sip:alice@192.0.2.1;x=y>', ['Expires: 300'])
  assert.equal(renewed.headers('contact').length, 2)
  const removed = await register('<sip:alice@192.0.2.2:5070>;expires=0')
  assert.deepEqual(removed.headers('contact'), ['<sip:alice@192.0.2.1;x=y>;expires=300'])
  const all = await register('*', ['Expires: 0'])
  assert.equal(all.status, 200)
  assert.deepEqual(all.headers('contact'), [])
})

test('RFC 3261 §10.3: a binding that is not renewed is gone', async (t) => {
  const agent = await startAgent(t)
  const register = await registering(agent)
  await register(HOME, ['Expires: 60'])
  await agent.advance(60_000)
  assert.deepEqual((await register('')).headers('contact'), [])
})

test('RFC 3261 §10.3 step 6: * with anything but Expires 0 gets 400', async (t) => {
  const agent = await startAgent(t)
  const register = await registering(agent)
  assert.equal((await register('*')).status, 400)
  assert.equal((await register('*', ['Expires: 60'])).status, 400)
  assert.equal((await register(`*, ${HOME}`, ['Expires: 0'])).status, 400)
})

test('RFC 3261 §10.3 step 7: an older CSeq of the same Call-ID changes nothing', async (t) => {
  // The clock stands still, so no challenge is newer than the binding.
  const agent = await startAgent(t)
  const register = await registering(agent)
  assert.equal((await register(HOME, ['Expires: 600'], { callId: 'one', cseq: 20 })).status, 200)
  const older = await register(`${HOME};expires=0`, [], { callId: 'one', cseq: 10 })
  assert.equal(older.status, 500)
  assert.equal((await register('*', ['Expires: 0'], { callId: 'one', cseq: 12 })).status, 500)
  assert.equal((await register('')).headers('contact').length, 1)
  assert.equal((await register('*', ['Expires: 0'], { callId: 'two', cseq: 1 })).status, 200)
})

test('RFC 3261 §10.3 step 7: a phone that starts again with its Call-ID and a low CSeq is registered, since its challenge is new', async (t) => {
  const agent = await startAgent(t)
  const register = await registering(agent)
  const again = { callId: 'one', cseq: 1 }
  assert.equal((await register(HOME, ['Expires: 600'], { callId: 'one', cseq: 20 })).status, 200)
  await agent.advance(1)
  const response = await register(HOME, ['Expires: 300'], again)
  assert.deepEqual(response.headers('contact'), [`${HOME};expires=300`])
  await agent.restart()
  assert.equal((await register(HOME, ['Expires: 300'], again)).status, 200)
})

test('RFC 3261 §10.3 step 7: with the word of a trusted peer for a challenge the CSeq decides', async (t) => {
  const agent = await startAgent(t, { trusted: true })
  const register = await registering(agent)
  assert.equal((await register(HOME, ['Expires: 600'], { callId: 'one', cseq: 20 })).status, 200)
  await agent.advance(1)
  assert.equal((await register(HOME, [], { callId: 'one', cseq: 20 })).status, 500)
})

test('RFC 3261 §10.3 step 7: too brief an interval gets 423 with Min-Expires', async (t) => {
  const agent = await startAgent(t)
  const register = await registering(agent)
  const response = await register(`${HOME};expires=10`)
  assert.equal(response.status, 423)
  assert.equal(response.header('min-expires'), '60')
})

test('RFC 3261 §10.3 step 4: nobody registers for another; a foreign domain gets 404', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const to = ALICE
  assert.equal((await bob.request('REGISTER', { uri: 'sip:example.com', to })).status, 403)
  assert.equal((await bob.request('REGISTER', { uri: 'sip:elsewhere.example', to })).status, 404)
})

test('more contacts than an address may have get 503', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { bindingsPerAddress: 2 } } })
  const register = await registering(agent)
  const statuses: number[] = []
  for (const host of [1, 2, 3, 2]) statuses.push((await register(`<sip:a@192.0.2.${host}>`)).status)
  assert.deepEqual(statuses, [200, 200, 503, 200])
})

test('with the registrar switched off REGISTER gets 405, and Allow does not name it', async (t) => {
  const agent = await startAgent(t, { agent: { registrar: false } })
  const register = await registering(agent)
  const response = await register(HOME)
  assert.equal(response.status, 405)
  assert.doesNotMatch(response.header('allow') ?? '', /REGISTER/)
})

test('a Call-ID without end is not kept: 513', async (t) => {
  const agent = await startAgent(t)
  const alice = await agent.phone('alice')
  const parts = { uri: 'sip:example.com', to: ALICE, callId: 'c'.repeat(5_000) }
  assert.equal((await alice.request('REGISTER', parts)).status, 513)
})

test('RFC 3261 §10.2.1.1: a malformed expires of a contact counts as 3600', async (t) => {
  const agent = await startAgent(t)
  const register = await registering(agent)
  const response = await register(`${HOME};expires=soon`)
  assert.equal(response.status, 200)
  assert.match(response.header('contact') ?? '', /;expires=3600$/)
})
