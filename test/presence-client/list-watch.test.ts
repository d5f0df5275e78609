/**
 * Many people watched by one subscription that brings the list of them. RFC 5367.
 *
 *   client                          server
 *     |-- SUBSCRIBE, list of two ---->|
 *     |<-- NOTIFY, both --------------|
 *     |-- SUBSCRIBE, list of three -->|  in the dialog
 *     |<-- NOTIFY, all three ---------|
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createPresenceClient } from '../../client/presence-client.ts'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import type { PresenceNotification } from '../../client/presence.ts'
import { PASSWORD, startAgent } from '../presence/agent-harness.ts'
import { PIDF, setUp, settled } from './client-harness.ts'
import type { PeerRequest } from './scripted-peer.ts'

const entries = (request: PeerRequest) =>
  [...request.body.matchAll(/<entry uri="sip:([a-z]+)@/gi)].map(([, name]) => name)

const listBody = (...users: string[]) => {
  const resources = users.map((user) => `<resource uri="sip:${user}@example.com"/>`).join('')
  const rlmi = `<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:alice@example.com" version="0" fullState="true">`
  return `--b\r\nContent-ID: <r>\r\nContent-Type: application/rlmi+xml\r\n\r\n${rlmi}${resources}</list>\r\n--b--\r\n`
}
const LIST_TYPE = 'multipart/related;type="application/rlmi+xml";start="<r>";boundary=b'

function accept(request: PeerRequest): void {
  request.respond(200, 'OK', 'Expires: 600', 'Require: eventlist', 'Contact: <sip:127.0.0.1>')
}

const reader = (watch: AsyncIterable<PresenceNotification, void>) => {
  const iterator = watch[Symbol.asyncIterator]()
  return async () => (await iterator.next()).value ?? assert.fail('the watch has ended')
}

async function watchTwo(t: TestContext) {
  const harness = await setUp(t)
  const watch = harness.client.watch([
    'bob@example.com',
    'sip:carol@EXAMPLE.com',
    'bob@example.com',
  ])
  const request = await harness.peer.next('SUBSCRIBE')
  return { ...harness, watch, request, next: reader(watch) }
}

test('RFC 5367 §4: one SUBSCRIBE brings the list, each address once, and says so', async (t) => {
  const { request } = await watchTwo(t)
  assert.match(request.startLine, /^SUBSCRIBE sip:alice@example\.com /)
  assert.equal(request.header('require'), 'recipient-list-subscribe')
  assert.equal(request.header('supported'), 'eventlist')
  assert.equal(request.header('content-type'), 'application/resource-lists+xml')
  assert.equal(request.header('content-disposition'), 'recipient-list')
  assert.equal(entries(request).length, 2)
})

test('members change within the dialog, many at once are one change, and who is gone is told no more', async (t) => {
  const { peer, watch, request, next } = await watchTwo(t)
  accept(request)
  await peer.notify(request, { state: 'active', type: LIST_TYPE, body: listBody('bob', 'carol') })
  assert.deepEqual([(await next()).presentity, (await next()).presentity].length, 2)
  watch.setMembers(['bob@example.com'])
  watch.setMembers(['bob@example.com', 'dave@example.com'])
  const change = await peer.next('SUBSCRIBE')
  assert.equal(change.header('call-id'), request.header('call-id'))
  assert.equal(change.header('require'), 'recipient-list-subscribe')
  assert.deepEqual(entries(change), ['bob', 'dave'])
  await peer.notify(request, {
    state: 'active',
    type: LIST_TYPE,
    body: listBody('carol', 'dave'),
    cseq: 2,
  })
  assert.equal((await next()).presentity, 'sip:dave@example.com')
  accept(change)
  await settled()
  assert.equal(peer.requests.length, 2)
})

test('a list that changes before the server has answered is brought with the next request', async (t) => {
  const { peer, watch, request } = await watchTwo(t)
  watch.setMembers(['dave@example.com'])
  await settled()
  assert.equal(peer.requests.length, 1)
  accept(request)
  await peer.notify(request, { state: 'active', type: LIST_TYPE, body: listBody('bob') })
  assert.deepEqual(entries(await peer.next('SUBSCRIBE')), ['dave'])
})

test('a refresh brings no list that the server has already', async (t) => {
  const { peer, clock, request } = await watchTwo(t)
  accept(request)
  await peer.notify(request, {
    state: 'active;expires=600',
    type: LIST_TYPE,
    body: listBody('bob'),
  })
  clock.advance(540_000)
  const refresh = await peer.next('SUBSCRIBE')
  assert.equal(refresh.body, '')
  assert.equal(refresh.header('require'), undefined)
})

test('RFC 5367 §5.1: a server that takes no list within a dialog gets a new subscription, and ends the old', async (t) => {
  const { peer, watch, request, next, states } = await watchTwo(t)
  accept(request)
  await peer.notify(request, { state: 'active', type: LIST_TYPE, body: listBody('bob') })
  await next()
  watch.setMembers(['dave@example.com'])
  ;(await peer.next('SUBSCRIBE')).respond(415, 'Unsupported Media Type')
  const end = await peer.next('SUBSCRIBE')
  assert.deepEqual([end.header('expires'), end.body], ['0', ''])
  const again = await peer.next('SUBSCRIBE')
  assert.notEqual(again.header('call-id'), request.header('call-id'))
  assert.deepEqual(entries(again), ['dave'])
  assert.equal(
    states.some(({ state }) => state !== 'up'),
    false,
  )
})

for (const [status, reason] of [
  [420, 'Bad Extension'],
  [421, 'Extension Required'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [489, 'Bad Event'],
  [413, 'Too Large'],
] as const) {
  test(`a server that answers a list with ${status} is asked for each by herself`, async (t) => {
    const { peer, watch, request, next, states } = await watchTwo(t)
    request.respond(status, reason)
    const [bob, carol] = [await peer.next('SUBSCRIBE'), await peer.next('SUBSCRIBE')]
    assert.match(bob.startLine, /sip:bob@example\.com/)
    assert.match(carol.startLine, /sip:carol@example\.com/)
    assert.equal(bob.body, '')
    bob.respond(200, 'OK', 'Expires: 600')
    await peer.notify(bob, { state: 'active', body: PIDF('open') })
    assert.deepEqual(await next().then(({ presentity, basic }) => [presentity, basic]), [
      'sip:bob@example.com',
      'open',
    ])
    carol.respond(404, 'Not Found')
    const { subscription, reason: why } = await next()
    assert.deepEqual([subscription, why], ['terminated', 'noresource'])
    watch.setMembers(['dave@example.com'])
    assert.equal((await peer.next('SUBSCRIBE')).header('expires'), '0')
    assert.match((await peer.next('SUBSCRIBE')).startLine, /sip:dave@/)
    assert.equal(
      states.some(({ about }) => about === 'list'),
      false,
    )
  })
}

test('a server that tells its own address instead of a list is asked for each by herself', async (t) => {
  const { peer, request } = await watchTwo(t)
  request.respond(200, 'OK', 'Expires: 600')
  await peer.notify(request, { state: 'active', body: PIDF('open') })
  const asked = [1, 2, 3].map(() => peer.next('SUBSCRIBE'))
  const lines = (await Promise.all(asked)).map(({ startLine }) => startLine)
  assert.ok(
    lines.some((line) => line.includes('bob@')) && lines.some((line) => line.includes('carol@')),
  )
})

test('a wrong password ends the watch of a list, and is not tried for each by herself', async (t) => {
  const { peer, request, watch } = await watchTwo(t)
  const refused = assert.rejects(watch[Symbol.asyncIterator]().next(), /wrong password/)
  request.respond(401, 'Unauthorized')
  await refused
  await settled()
  assert.equal(peer.requests.length, 1)
})

test('what is no address is told as nobody, and the others are watched; nobody at all is not asked for', async (t) => {
  const { peer, client } = await setUp(t)
  const watch = client.watch(['mailto:x@example.com'])
  const { presentity, subscription, reason } = await reader(watch)()
  assert.deepEqual(
    [presentity, subscription, reason],
    ['mailto:x@example.com', 'terminated', 'noresource'],
  )
  await settled()
  assert.equal(peer.requests.length, 0)
  watch.setMembers(['bob@example.com'])
  assert.deepEqual(entries(await peer.next('SUBSCRIBE')), ['bob'])
})

test('with Visage: who joins the list is seen, who stays is never lost, who leaves is told no more', async (t) => {
  const agent = await startAgent(t)
  const clients = await Promise.all(
    ['alice', 'bob', 'carol'].map(async (user) => {
      await agent.addAccount(user)
      const client = createPresenceClient({
        account: `${user}@example.com`,
        password: PASSWORD,
        transport: sipTransportTo({ transport: 'ws', host: '127.0.0.1', port: agent.ports.WS }),
      })
      t.after(() => client.close())
      return client
    }),
  )
  const [alice, bob, carol] = clients
  const watch = alice!.watch(['bob@example.com'])
  const next = reader(watch)
  assert.deepEqual(
    await next().then(({ presentity, subscription }) => [presentity, subscription]),
    ['sip:bob@example.com', 'active'],
  )
  await bob!.publish({ note: 'one' })
  assert.equal((await next()).note, 'one')
  watch.setMembers(['bob@example.com', 'carol@example.com'])
  const both = [await next(), await next()]
  assert.deepEqual(
    both.map(({ presentity, note }) => [presentity, note]),
    [
      ['sip:bob@example.com', 'one'],
      ['sip:carol@example.com', null],
    ],
  )
  watch.setMembers(['carol@example.com'])
  assert.equal((await next()).presentity, 'sip:carol@example.com')
  await bob!.publish({ note: 'two' })
  await carol!.publish({ note: 'three' })
  assert.equal((await next()).note, 'three')
})
