/** What a client tells to whoever listens, and that no listener can harm it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FetchedIcon } from '../../client/icon-cache.ts'
import type { IconNotification } from '../../client/announced-icons.ts'
import type { StateChange } from '../../client/state-report.ts'
import { PIDF, settled, setUp } from './client-harness.ts'
import type { NotifyOptions, Peer, PeerRequest } from './scripted-peer.ts'

const BOB = 'bob@example.com'

async function watched(peer: Peer): Promise<(options: NotifyOptions) => Promise<unknown>> {
  const request: PeerRequest = await peer.next('SUBSCRIBE')
  request.respond(200, 'OK', 'Expires: 600', 'Contact: <sip:127.0.0.1>')
  let cseq = 0
  return (options) => peer.notify(request, { ...options, cseq: ++cseq })
}

test('presence: every NOTIFY is told, until the listener goes, by its function or by a signal', async (t) => {
  const { peer, client } = await setUp(t)
  const told: string[] = []
  const stop = new AbortController()
  const off = client.on('presence', ({ basic }) => told.push(`a ${basic ?? ''}`))
  client.on('presence', ({ basic }) => told.push(`b ${basic ?? ''}`), { signal: stop.signal })
  client.on('presence', () => told.push('never'), { signal: AbortSignal.abort() })
  client.watch(BOB)
  const notify = await watched(peer)
  await notify({ state: 'active', body: PIDF('open') })
  off()
  await notify({ state: 'active', body: PIDF('closed') })
  stop.abort()
  await notify({ state: 'active', body: PIDF('open') })
  await settled()
  assert.deepEqual(told, ['a open', 'b open', 'b closed'])
})

test('a listener that throws or rejects harms neither the others nor the answer to the NOTIFY', async (t) => {
  const { peer, client } = await setUp(t)
  let told = 0
  client.on('presence', () => {
    throw new Error('in the listener')
  })
  client.on('presence', () => Promise.reject(new Error('in the listener')) as unknown as undefined)
  client.on('presence', () => told++)
  client.watch(BOB)
  const notify = await watched(peer)
  await notify({ state: 'active', body: PIDF('open') })
  await settled()
  assert.equal(told, 1)
})

const icon = (url: string) => `<c:icon>${url}</c:icon>`

/** Pictures by their URL: the ETag is what stands behind the last slash. */
function pictures() {
  const asked: string[] = []
  const get = (url: string): Promise<FetchedIcon> => {
    asked.push(url)
    const etag = `"${url.slice(url.lastIndexOf('/') + 1)}"`
    const image = { mediaType: 'image/png', bytes: new Uint8Array(1) }
    return Promise.resolve({ etag, type: 'image/png', bytes: 1, image })
  }
  return { asked, icons: { get } }
}

const shown = ({ presentity, url, etag, image, changed }: IconNotification) => [
  presentity,
  url,
  etag,
  image?.mediaType,
  changed,
]

test('icon: a picture is fetched when its URL is new, told with its bytes, and told when it has gone', async (t) => {
  const { asked, icons } = pictures()
  const { peer, client } = await setUp(t, 'udp', { icons })
  const told: unknown[] = []
  client.on('icon', (one) => told.push(shown(one)))
  client.watch(BOB)
  const notify = await watched(peer)
  for (const person of [
    icon('http://h/1'),
    icon('http://h/1'),
    icon('http://h/x/1'),
    icon('http://h/2'),
    '',
  ]) {
    await notify({ state: 'active', body: PIDF('open', person) })
    await settled()
  }
  const bob = 'sip:bob@example.com'
  assert.deepEqual(told, [
    [bob, 'http://h/1', '"1"', 'image/png', true],
    [bob, 'http://h/x/1', '"1"', 'image/png', false],
    [bob, 'http://h/2', '"2"', 'image/png', true],
    [bob, null, null, undefined, true],
  ])
  assert.deepEqual(asked, ['http://h/1', 'http://h/x/1', 'http://h/2'])
})

test('icon: nothing is fetched before somebody listens, and then what is shown by now', async (t) => {
  const { asked, icons } = pictures()
  const { peer, client } = await setUp(t, 'udp', { icons })
  client.watch(BOB)
  const notify = await watched(peer)
  await notify({ state: 'active', body: PIDF('open', icon('http://h/1')) })
  await notify({ state: 'active', body: PIDF('open', icon('http://h/2')) })
  await settled()
  assert.deepEqual(asked, [])
  const told: unknown[] = []
  client.on('icon', ({ url }) => told.push(url))
  await settled()
  assert.deepEqual([asked, told], [['http://h/2'], ['http://h/2']])
})

test('icon: a picture that is overtaken on its way is not told', async (t) => {
  const answers: (() => void)[] = []
  const get = () =>
    new Promise<undefined>((resolve) => {
      answers.push(() => {
        resolve(undefined)
      })
    })
  const { peer, client } = await setUp(t, 'udp', { icons: { get } })
  const told: unknown[] = []
  client.on('icon', ({ url, image }) => told.push([url, image]))
  client.watch(BOB)
  const notify = await watched(peer)
  await notify({ state: 'active', body: PIDF('open', icon('http://h/1')) })
  await notify({ state: 'active', body: PIDF('open', icon('http://h/2')) })
  await settled()
  for (const answer of answers.reverse()) answer()
  await settled()
  assert.deepEqual(told, [['http://h/2', undefined]])
})

const WATCHER =
  '<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="0" state="full">' +
  '<watcher-list resource="sip:alice@example.com" package="presence">' +
  '<watcher id="w1" status="pending" event="subscribe">sip:bob@example.com</watcher></watcher-list></watcherinfo>'

test('watcher: who asks to see me is told', async (t) => {
  const { peer, client } = await setUp(t)
  const told: unknown[] = []
  client.on('watcher', ({ watcher, status }) => told.push([watcher, status]))
  client.watchWatchers()
  const notify = await watched(peer)
  const type = 'application/watcherinfo+xml'
  await notify({ state: 'active', type, body: WATCHER, event: 'presence.winfo' })
  await settled()
  assert.deepEqual(told, [['sip:bob@example.com', 'pending']])
})

test('a password that is refused after a while ends the watch and the publication: nothing asks again', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const told: StateChange[] = []
  client.on('state', (change) => told.push(change))
  const watch = client.watch(BOB)[Symbol.asyncIterator]()
  const notify = await watched(peer)
  await notify({ state: 'active;expires=600', body: PIDF('open') })
  await watch.next()
  const done = client.publish({})
  ;(await peer.next('PUBLISH')).respond(200, 'OK', 'SIP-ETag: one', 'Expires: 600')
  await done
  clock.advance(540_000)
  const refreshes = [await peer.next(), await peer.next()]
  for (const refresh of refreshes) refresh.respond(401, 'Unauthorized')
  assert.deepEqual(refreshes.map(({ method }) => method).sort(), ['PUBLISH', 'SUBSCRIBE'])
  await settled()
  const ended = told.filter(({ state }) => state === 'ended')
  assert.deepEqual(ended.map(({ about, error }) => [about, error?.status]).sort(), [
    ['publication', 401],
    ['sip:bob@example.com', 401],
  ])
  await assert.rejects(watch.next(), /wrong password/)
  clock.advance(86_400_000)
  await settled()
  assert.equal(peer.requests.length, 4)
})

test('reconnect: the wait is over at once, and there is one connection all the same', async (t) => {
  const { peer, client, clock, states } = await setUp(t, 'tcp')
  client.reconnect()
  client.watch(BOB)
  await peer.next('SUBSCRIBE')
  client.reconnect()
  peer.hangUp()
  while (states.at(-1)?.state !== 'down') await settled()
  client.reconnect()
  client.reconnect()
  await peer.next('SUBSCRIBE')
  clock.advance(60_000)
  await settled()
  assert.equal(peer.requests.filter(({ method }) => method === 'SUBSCRIBE').length, 2)
})
