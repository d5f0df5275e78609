/** What a client asks once: who watches me, and how I stand with others. RFC 3857, RFC 6665 §4.4.3. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import { createPresenceClient } from '../../client/presence-client.ts'
import type { DefaultPolicy } from '../../core/model/domain.ts'
import { PASSWORD, startAgent } from '../presence/agent-harness.ts'
import { setUp as setUpPeer } from './client-harness.ts'

async function setUp(t: TestContext, defaultPolicy: DefaultPolicy) {
  const agent = await startAgent(t, { domains: [{ defaultPolicy }] })
  const clientOf = (user: string, password = PASSWORD) => {
    const client = createPresenceClient({
      account: `${user}@example.com`,
      password,
      transport: sipTransportTo({ transport: 'udp', host: '127.0.0.1', port: agent.ports.UDP }),
    })
    t.after(() => client.close())
    return client
  }
  return { agent, clientOf }
}

const STATES = [
  { policy: 'allow-domain', state: 'active' },
  { policy: 'confirm', state: 'pending' },
  { policy: 'block', state: 'rejected' },
] as const
for (const { policy, state } of STATES) {
  test(`RFC 6665 §4.1.3: where the policy is ${policy}, one's own relation is ${state}`, async (t) => {
    const { clientOf } = await setUp(t, policy)
    assert.equal(await clientOf('bob').fetchState('alice@example.com'), state)
  })
}

test('an address that nobody has is unknown; one that cannot be one is an error', async (t) => {
  const bob = (await setUp(t, 'allow-domain')).clientOf('bob')
  assert.equal(await bob.fetchState('nobody@example.com'), 'unknown')
  await assert.rejects(bob.fetchState('no address'), /no SIP address/)
})

test('a wrong password is told in words, and is no answer about anybody', async (t) => {
  const bob = (await setUp(t, 'allow-domain')).clientOf('bob', 'wrong')
  await assert.rejects(bob.fetchState('alice@example.com'), /wrong password.*\(401/)
  await assert.rejects(bob.fetchWatchers(), /wrong password.*\(401/)
})

test('RFC 3857: my watchers are those who see me and those who wait; asking leaves nothing behind', async (t) => {
  const { agent, clientOf } = await setUp(t, 'confirm')
  const alice = clientOf('alice')
  assert.deepEqual(await alice.fetchWatchers(), [])
  await Promise.all(['bob', 'carol'].map((user) => clientOf(user).fetchState('alice@example.com')))
  const watch = clientOf('alice').watch('alice@example.com')[Symbol.asyncIterator]()
  await watch.next()
  const watchers = await alice.fetchWatchers()
  const told = watchers.map(({ uri, status }) => `${uri} ${status}`)
  assert.deepEqual(told.slice(0, 2).toSorted(), [
    'sip:bob@example.com waiting',
    'sip:carol@example.com waiting',
  ])
  assert.deepEqual(told.slice(2), ['sip:alice@example.com active'])
  let live = 0
  for await (const record of agent.store.eventState.subscriptions()) {
    if (record.waitingUntil === undefined) live++
  }
  assert.equal(live, 1, 'only the watch is left')
})

test('a server without watcher information is told in words', async (t) => {
  const { peer, client } = await setUpPeer(t)
  const asked = client.fetchWatchers()
  const refused = assert.rejects(asked, /the watchers cannot be fetched: .*\(489 Bad Event\)/)
  const subscribe = await peer.next('SUBSCRIBE')
  assert.equal(subscribe.header('event'), 'presence.winfo')
  assert.equal(subscribe.header('accept'), 'application/watcherinfo+xml')
  assert.equal(subscribe.header('expires'), '0')
  subscribe.respond(489, 'Bad Event')
  await refused
})

test('RFC 6665 §4.2.2: a server that never says farewell is waited for no longer than two seconds', async (t) => {
  const { peer, client, clock } = await setUpPeer(t)
  const asked = client.fetchState('bob@example.com')
  const subscribe = await peer.next('SUBSCRIBE')
  subscribe.respond(200, 'OK', 'Expires: 3600', 'Contact: <sip:bob@127.0.0.1>')
  await peer.notify(subscribe, { state: 'pending;expires=3600' })
  assert.equal((await peer.next('SUBSCRIBE')).header('expires'), '0')
  clock.advance(2000)
  assert.equal(await asked, 'pending')
})

test('a server that cannot be reached is an error, not an answer', async (t) => {
  const { peer, client } = await setUpPeer(t, 'tcp')
  await peer.close()
  await assert.rejects(client.fetchState('bob@example.com'), /bob@example.com cannot be asked/)
})
