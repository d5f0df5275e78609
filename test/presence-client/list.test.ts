/** How the client watches a list by its address: what it offers, and what it makes of RLMI. RFC 4662. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { bodyParts, mediaTypeParameter } from '../../client/multipart-related.ts'
import type { PresenceNotification } from '../../client/presence.ts'
import { PIDF, setUp } from './client-harness.ts'
import type { PeerRequest } from './scripted-peer.ts'

const TYPE = 'multipart/related;type="application/rlmi+xml";start="<root@h>";boundary=b1'

const part = (id: string, type: string, text: string) =>
  `--b1\r\nContent-ID: <${id}>\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`

function listBody(version: number, fullState: boolean, resources: string, states = ''): string {
  const rlmi =
    `<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:friends@example.com" version="${version}" ` +
    `fullState="${fullState}">${resources}</list>`
  return `${part('root@h', 'application/rlmi+xml', rlmi)}${states}--b1--\r\n`
}

const resource = (user: string, instance = '') =>
  `<resource uri="sip:${user}@example.com"><name>${user.toUpperCase()}</name>${instance}</resource>`

const instance = (cid: string) => `<instance id="i" state="active" cid="${cid}"/>`

async function watchFriends(t: TestContext) {
  const { peer, client } = await setUp(t)
  const watch = client.watch('friends@example.com')[Symbol.asyncIterator]()
  const request = await peer.next('SUBSCRIBE')
  request.respond(200, 'OK', 'Expires: 600', 'Contact: <sip:127.0.0.1>')
  let cseq = 0
  const notify = (body: string, from: PeerRequest = request) =>
    peer.notify(from, { state: 'active;expires=600', body, type: TYPE, cseq: ++cseq })
  const next = async (): Promise<PresenceNotification> =>
    (await watch.next()).value ?? assert.fail('the watch has ended')
  return { peer, request, notify, next }
}

test('RFC 4662 §4.1: SUBSCRIBE says that lists are understood', async (t) => {
  const { request } = await watchFriends(t)
  assert.match(request.header('supported') ?? '', /\beventlist\b/)
  const accept = request.header('accept') ?? ''
  for (const type of ['application/pidf+xml', 'multipart/related', 'application/rlmi+xml']) {
    assert.ok(accept.includes(type), type)
  }
})

test('RFC 4662 §5: every member is told, with name, list and state; then only those that changed', async (t) => {
  const { notify, next } = await watchFriends(t)
  const both = resource('bob', instance('c1')) + resource('carol')
  await notify(listBody(0, true, both, part('c1', 'application/pidf+xml', PIDF('open'))))
  const bob = await next()
  assert.deepEqual(
    [bob.presentity, bob.name, bob.list, bob.subscription, bob.basic],
    ['sip:bob@example.com', 'BOB', 'sip:friends@example.com', 'active', 'open'],
  )
  const carol = await next()
  assert.deepEqual(
    [carol.presentity, carol.subscription, carol.basic],
    ['sip:carol@example.com', 'pending', null],
  )
  const changed = part('c2', 'application/pidf+xml', PIDF('closed'))
  await notify(listBody(1, false, resource('carol', instance('c2')), changed))
  const later = await next()
  assert.deepEqual([later.presentity, later.basic], ['sip:carol@example.com', 'closed'])
})

test('RFC 4662 §5.5: an ended instance says why; what was known of the member stays', async (t) => {
  const { notify, next } = await watchFriends(t)
  const open = part('c1', 'application/pidf+xml', PIDF('open'))
  await notify(listBody(0, true, resource('bob', instance('c1')), open))
  await next()
  const ended = '<instance id="i" state="terminated" reason="rejected"/>'
  await notify(listBody(1, false, resource('bob', ended)))
  const { subscription, reason, basic } = await next()
  assert.deepEqual([subscription, reason, basic], ['terminated', 'rejected', 'open'])
})

test('a member that a whole document names without a word is as it was before', async (t) => {
  const { notify, next } = await watchFriends(t)
  const open = part('c1', 'application/pidf+xml', PIDF('open'))
  await notify(listBody(0, true, resource('bob', instance('c1')), open))
  await next()
  const all = resource('bob') + resource('carol')
  await notify(listBody(1, true, all))
  assert.equal((await next()).presentity, 'sip:carol@example.com')
  const ended = '<instance id="i" state="terminated" reason="rejected"/>'
  await notify(listBody(2, false, resource('bob', ended)))
  assert.equal((await next()).basic, 'open')
})

test('RFC 4662 §5.2: a document older than the last tells nothing; after a gap the client asks for everything', async (t) => {
  const { peer, notify, next } = await watchFriends(t)
  const state = (basic: 'open' | 'closed') => part('c1', 'application/pidf+xml', PIDF(basic))
  await notify(listBody(3, true, resource('bob', instance('c1')), state('open')))
  await next()
  await notify(listBody(2, false, resource('bob', instance('c1')), state('closed')))
  await notify(listBody(5, false, resource('bob', instance('c1')), state('closed')))
  assert.equal((await next()).basic, 'closed')
  const refresh = await peer.next('SUBSCRIBE')
  assert.match(refresh.header('to') ?? '', /;tag=/)
})

test('RFC 2046 §5.1: parts end where their delimiter begins, and a quoted boundary is the same boundary', () => {
  const text =
    'before\r\n--x y\r\n\r\none\r\n--x y\r\nContent-Type: a/b;\r\n c=d\r\n\r\ntwo\r\n\r\n--x y--\r\nbehind'
  const parts = bodyParts('multipart/related; boundary="x y"; type="a/b"', text)
  assert.deepEqual(parts, [
    { id: undefined, type: 'text/plain', text: 'one' },
    { id: undefined, type: 'a/b;\r\n c=d', text: 'two\r\n' },
  ])
  assert.deepEqual(bodyParts('multipart/related', text), [])
  assert.equal(mediaTypeParameter(TYPE, 'start'), '<root@h>')
})
