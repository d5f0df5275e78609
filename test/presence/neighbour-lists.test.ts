/** People in XMPP on lists of SIP users: they are watched as members of this server are. RFC 4662 §7, RFC 5367. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { deflateSync } from 'node:zlib'
import type { Aor } from '../../core/uri/aor.ts'
import { until } from './elsewhere.ts'
import {
  BOB,
  entries,
  resourceLists,
  storeFriends,
  subscribeByList,
  subscribeToList,
  told,
} from './list-reader.ts'
import { pidf } from './phone.ts'
import { startBesideNeighbour, XDAVE } from './scripted-neighbour.ts'
import { nothingMore } from './watched-alice.ts'

/*
 *  bob                 agent            gateway
 *   |--SUBSCRIBE list--->|                 |
 *   |<--NOTIFY-----------|  dave pending   |
 *   |                    |--subscribed---->|
 *   |                    |<--granted-------|
 *   |<--NOTIFY-----------|  dave active    |
 *   |                    |<--PIDF----------|
 *   |<--NOTIFY-----------|  dave open      |
 *   |                    |<--refused-------|
 *   |<--NOTIFY-----------|  dave terminated rejected
 *   |                    |<--granted-------|
 *   |<--NOTIFY-----------|  dave active    |
 */
test('RFC 4662 §7: somebody in XMPP on a list is asked once, and told as they decide', async (t) => {
  const { agent, neighbour, say } = await startBesideNeighbour(t)
  await storeFriends(agent, XDAVE)
  const bob = await agent.phone('bob')
  await subscribeToList(bob)
  const pending = await told(bob)
  assert.deepEqual([pending.states, pending.bodies], [{ dave: 'pending' }, {}])
  assert.deepEqual(neighbour.told, ['subscribed dave bob'])
  say('allow', XDAVE)
  const granted = await told(bob)
  assert.deepEqual(granted.states, { dave: 'active' })
  assert.match(granted.bodies['dave'] ?? '', /closed/)
  agent.source.publish(XDAVE, pidf(XDAVE, 'open'))
  assert.match((await told(bob)).bodies['dave'] ?? '', /open/)
  say('block', XDAVE)
  assert.deepEqual((await told(bob)).states, { dave: 'terminated rejected' })
  say('allow', XDAVE)
  assert.match((await told(bob)).bodies['dave'] ?? '', /open/)
  await nothingMore(agent, bob)
})

test('RFC 4662 §7.2: the list and a phone of its owner are one watcher to the gateway', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  await storeFriends(agent, XDAVE)
  const bob = await agent.phone('bob')
  await bob.subscribe(XDAVE)
  await bob.notify()
  await subscribeToList(bob)
  assert.deepEqual((await told(bob)).states, { dave: 'pending' })
  await agent.advance(0)
  assert.deepEqual(neighbour.told, ['subscribed dave bob'])
})

test('RFC 5367 §5: a list in the request asks too; a fetch of one asks nobody', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  const bob = await agent.phone('bob')
  await subscribeByList(bob, entries(XDAVE), { expires: 0 })
  assert.deepEqual((await told(bob)).states, { dave: 'pending' })
  assert.deepEqual(neighbour.told, [])
  await subscribeByList(bob, entries(XDAVE))
  assert.deepEqual((await told(bob)).states, { dave: 'pending' })
  assert.deepEqual(neighbour.told, ['subscribed dave bob'])
})

test('CLIENTS Linphone: its lists have people in XMPP in them as others', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  neighbour.says = 'allow'
  agent.source.publish(XDAVE, pidf(XDAVE, 'open'))
  const bob = await agent.phone('bob')
  const headers = [
    'User-Agent: LinphoneDesktop/5.1.2 (Debian) (belle-sip/5.2.98)',
    'Require: recipient-list-subscribe',
    'Content-Disposition: recipient-list',
    'Content-Encoding: deflate',
    'Content-Type: application/resource-lists+xml',
  ]
  const list = deflateSync(Buffer.from(resourceLists(`<list>${entries(XDAVE, BOB)}</list>`)))
  await subscribeByList(bob, list, { headers })
  const first = await told(bob)
  assert.deepEqual(first.states, { dave: 'active', bob: 'active' })
  assert.match(first.bodies['dave'] ?? '', /open/)
})

test("RFC 4235 §3.6: of calls of somebody in XMPP a list says that they are nobody's to watch", async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  neighbour.says = 'allow'
  const bob = await agent.phone('bob')
  const list = resourceLists(`<list>${entries(XDAVE)}</list>`)
  await bob.request('SUBSCRIBE', {
    uri: 'sip:rls@example.com',
    headers: [
      'Event: dialog',
      'Expires: 600',
      'Supported: eventlist',
      'Accept: application/dialog-info+xml, application/rlmi+xml, multipart/related',
      'Require: recipient-list-subscribe',
      'Content-Type: application/resource-lists+xml',
    ],
    body: list,
  })
  assert.deepEqual((await told(bob)).states, { dave: 'terminated rejected' })
  assert.deepEqual(neighbour.told, [])
})

test('RFC 4662 §7: a restart goes on with a list, whatever they have said meanwhile', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  await storeFriends(agent, XDAVE)
  const bob = await agent.phone('bob')
  const dialog = await subscribeToList(bob)
  assert.deepEqual((await told(bob)).states, { dave: 'pending' })
  await agent.restart(() => (neighbour.says = 'allow'))
  await bob.refresh(dialog, 600, undefined, ['Supported: eventlist'])
  assert.deepEqual((await told(bob)).states, { dave: 'active' })
})

test('a thousand people in XMPP on one list are asked for each, and told in one NOTIFY', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  const people = Array.from({ length: 999 }, (_, n) => `sip:p${n}@xmpp.example` as Aor)
  const bob = await agent.phone('bob', { transport: 'TCP' })
  await subscribeByList(bob, entries(...people))
  assert.equal(Object.keys((await told(bob)).states).length, 999)
  await until(() => neighbour.told.length >= 999)
  assert.equal(new Set(neighbour.told).size, 999)
})
