/** What the client publishes, and what it does with every answer. A scripted server on loopback plays the other side. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PresenceError } from '../../client/presence-error.ts'
import { setUp, settled } from './client-harness.ts'
import type { PeerRequest } from './scripted-peer.ts'

function accept(request: PeerRequest, tag: string, expires = 3600): void {
  request.respond(200, 'OK', `SIP-ETag: ${tag}`, `Expires: ${expires}`)
}

test('RFC 3903 §4.2: an initial PUBLISH names the package and its lifetime and carries PIDF', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({ activities: ['busy'], note: 'in a meeting' })
  const request = await peer.next()
  assert.equal(request.startLine, 'PUBLISH sip:alice@example.com SIP/2.0')
  assert.equal(request.header('event'), 'presence')
  assert.equal(request.header('expires'), '3600')
  assert.equal(request.header('content-type'), 'application/pidf+xml')
  assert.equal(request.header('sip-if-match'), undefined)
  assert.match(request.body, /<basic>open<\/basic>/)
  assert.match(request.body, /<rpid:busy\/>/)
  assert.match(request.body, /<dm:note>in a meeting<\/dm:note>/)
  accept(request, 'one')
  await done
})

test('RFC 3903 §4.2: who wants to be forgotten sooner asks for a shorter lifetime, and refreshes in time', async (t) => {
  const { peer, client, clock } = await setUp(t, 'udp', { publicationLifetime: 600 })
  const done = client.publish({})
  const request = await peer.next()
  assert.equal(request.header('expires'), '600')
  accept(request, 'one', 600)
  await done
  clock.advance(540_000)
  const refresh = await peer.next()
  assert.equal(refresh.header('sip-if-match'), 'one')
  assert.equal(refresh.header('expires'), '600')
  accept(refresh, 'two', 600)
})

test('RFC 3903 §4.4: with a tag that was kept, a new client changes what the one before it published', async (t) => {
  const kept: (string | undefined)[] = ['before']
  const tagKeeper = { get: () => kept.at(-1), keep: (tag?: string) => kept.push(tag) }
  const { peer, client } = await setUp(t, 'udp', { tagKeeper })
  const done = client.publish({ note: 'again' })
  const modify = await peer.next()
  assert.equal(modify.header('sip-if-match'), 'before')
  assert.match(modify.body, /again/)
  accept(modify, 'after')
  await done
  const removed = client.unpublish()
  ;(await peer.next()).respond(200, 'OK', 'Expires: 0')
  await removed
  assert.deepEqual(kept, ['before', 'after', undefined])
})

test('RFC 3903 §4.1: a tag that was kept too long is forgotten, and everything published anew', async (t) => {
  const kept: (string | undefined)[] = ['old']
  const tagKeeper = { get: () => kept.at(-1), keep: (tag?: string) => kept.push(tag) }
  const { peer, client } = await setUp(t, 'udp', { tagKeeper })
  const done = client.publish({ note: 'again' })
  ;(await peer.next()).respond(412, 'Conditional Request Failed')
  const initial = await peer.next()
  assert.equal(initial.header('sip-if-match'), undefined)
  assert.match(initial.body, /again/)
  accept(initial, 'new')
  await done
  assert.deepEqual(kept, ['old', undefined, 'new'])
})

test('RFC 3261 §8.1.1.7: Via and From name the client, and no empty Supported is sent', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  const request = await peer.next()
  assert.match(
    request.header('via') ?? '',
    /^SIP\/2\.0\/UDP 127\.0\.0\.1:\d+;branch=z9hG4bK\d+;rport$/,
  )
  assert.match(request.header('from') ?? '', /^<sip:alice@example\.com>;tag=/)
  assert.equal(request.header('supported'), undefined)
  accept(request, 'one')
  await done
})

test('RFC 3903 §4.4: a change names the last tag and carries the whole new document', async (t) => {
  const { peer, client } = await setUp(t)
  const first = client.publish({ note: 'first' })
  accept(await peer.next(), 'one')
  await first
  const second = client.publish({ basic: 'closed' })
  const modify = await peer.next()
  assert.equal(modify.header('sip-if-match'), 'one')
  assert.match(modify.body, /<basic>closed<\/basic>/)
  accept(modify, 'two')
  await second
  const removed = client.unpublish()
  assert.equal((await peer.next()).header('sip-if-match'), 'two')
  peer.requests.at(-1)?.respond(200, 'OK', 'Expires: 0')
  await removed
})

test('RFC 3903 §4.1: of two publications at once the second waits for the answer to the first', async (t) => {
  const { peer, client } = await setUp(t)
  const all = [client.publish({ note: 'a' })]
  const first = await peer.next()
  all.push(client.publish({ note: 'b' }), client.publish({ note: 'c' }))
  await settled()
  assert.equal(peer.requests.length, 1)
  accept(first, 'one')
  const second = await peer.next()
  // What was overtaken before it could be sent is not sent.
  assert.match(second.body, /<dm:note>c<\/dm:note>/)
  assert.equal(second.header('sip-if-match'), 'one')
  accept(second, 'two')
  await Promise.all(all)
  assert.equal(peer.requests.length, 2)
})

test('RFC 3903 §4.3: a refresh comes before the end, without a body, and with the latest tag', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const done = client.publish({})
  accept(await peer.next(), 'one', 600)
  await done
  clock.advance(539_000)
  await settled()
  assert.equal(peer.requests.length, 1)
  clock.advance(1000)
  const refresh = await peer.next()
  assert.equal(refresh.header('sip-if-match'), 'one')
  assert.equal(refresh.header('expires'), '3600')
  assert.equal(refresh.header('content-type'), undefined)
  assert.equal(refresh.body, '')
  accept(refresh, 'two', 600)
  await settled()
  clock.advance(540_000)
  assert.equal((await peer.next()).header('sip-if-match'), 'two')
  accept(peer.requests.at(-1) ?? assert.fail(), 'three')
})

test('RFC 3903 §4.1: after 412 to a refresh the whole document is published anew', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const done = client.publish({ note: 'still here' })
  accept(await peer.next(), 'one')
  await done
  clock.advance(3_540_000)
  const refresh = await peer.next()
  refresh.respond(412, 'Conditional Request Failed')
  const initial = await peer.next()
  assert.equal(initial.header('sip-if-match'), undefined)
  assert.match(initial.body, /still here/)
  accept(initial, 'two')
})

test('RFC 3903 §4.1: 423 is met with the lifetime that the server wants', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  const brief = await peer.next()
  brief.respond(423, 'Interval Too Brief', 'Min-Expires: 7200')
  const longer = await peer.next()
  assert.equal(longer.header('expires'), '7200')
  assert.notEqual(longer.body, '')
  accept(longer, 'one', 7200)
  await done
})

test('a server that asks for ever longer lifetimes is left alone after three attempts', async (t) => {
  const { peer, client, states } = await setUp(t)
  client.publish({}).catch(() => undefined)
  for (let attempt = 1; attempt <= 4; attempt++) {
    const request = await peer.next()
    request.respond(423, 'Interval Too Brief', `Min-Expires: ${3600 + attempt}`)
  }
  await settled()
  assert.equal(peer.requests.length, 4)
  assert.equal(states.at(-1)?.state, 'ended')
})

test('a 423 that cannot be met is told, not repeated', async (t) => {
  const { peer, client } = await setUp(t)
  const done = assert.rejects(client.publish({}), /longer lifetime/)
  ;(await peer.next()).respond(423, 'Interval Too Brief')
  await done
  assert.equal(peer.requests.length, 1)
})

test('RFC 3261 §21.5.4: 503 with Retry-After is tried again after that time, not before', async (t) => {
  const { peer, client, clock, states } = await setUp(t)
  const done = client.publish({})
  ;(await peer.next()).respond(503, 'Service Unavailable', 'Retry-After: 20')
  await settled()
  assert.deepEqual(
    states.slice(-1).map(({ about, state, retryInSeconds }) => ({ about, state, retryInSeconds })),
    [{ about: 'publication', state: 'down', retryInSeconds: 20 }],
  )
  clock.advance(19_000)
  await settled()
  assert.equal(peer.requests.length, 1)
  clock.advance(1000)
  accept(await peer.next(), 'one')
  await done
  assert.equal(states.at(-1)?.state, 'up')
})

test('a refusal for good is told in words, and the next document gets its own chance', async (t) => {
  const { peer, client } = await setUp(t)
  const refused = assert.rejects(client.publish({}), (error: unknown) => {
    assert.ok(error instanceof PresenceError)
    assert.equal(error.status, 403)
    assert.match(error.message, /the server forbids it \(403 Forbidden\)/)
    return true
  })
  ;(await peer.next()).respond(403, 'Forbidden')
  await refused
  const again = client.publish({ note: 'again' })
  accept(await peer.next(), 'one')
  await again
})

test('RFC 3903 §4.5: closing removes the publication, without a body', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  accept(await peer.next(), 'one')
  await done
  const closed = client.close()
  const removal = await peer.next()
  assert.equal(removal.header('expires'), '0')
  assert.equal(removal.header('sip-if-match'), 'one')
  assert.equal(removal.body, '')
  removal.respond(200, 'OK', 'Expires: 0', 'SIP-ETag: two')
  await closed
  assert.equal(peer.requests.length, 2)
})

test('a server that does not answer the removal does not keep the client open', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const done = client.publish({})
  accept(await peer.next(), 'one')
  await done
  const closed = client.close()
  await peer.next()
  clock.advance(2000)
  await closed
})

test('a 2xx without SIP-ETag is no reason to publish in circles', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  ;(await peer.next()).respond(200, 'OK', 'Expires: 3600')
  await done
  await settled()
  assert.equal(peer.requests.length, 1)
})

test('a server that grants no time at all is not asked more than once a second', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const done = client.publish({})
  accept(await peer.next(), 'one', 0)
  await done
  clock.advance(999)
  await settled()
  assert.equal(peer.requests.length, 1)
})
