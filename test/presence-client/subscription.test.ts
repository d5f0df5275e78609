/** How the client watches: what it asks, what it makes of NOTIFYs, refusals and ends. A scripted server plays the other side. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PresenceNotification } from '../../client/presence.ts'
import type { PresenceWatch } from '../../client/watch-presence.ts'
import { PIDF, settled, setUp } from './client-harness.ts'
import type { PeerRequest } from './scripted-peer.ts'

const BOB = 'bob@example.com'

function reader(watch: PresenceWatch) {
  const iterator = watch[Symbol.asyncIterator]()
  return async (): Promise<PresenceNotification> => {
    const { value } = await iterator.next()
    return value ?? assert.fail('the watch has ended')
  }
}

function accept(request: PeerRequest, expires = 3600): void {
  request.respond(200, 'OK', `Expires: ${expires}`, 'Contact: <sip:127.0.0.1>')
}

test('RFC 3856 §6: SUBSCRIBE names package, format, lifetime and where NOTIFYs go', async (t) => {
  const { peer, client } = await setUp(t)
  client.watch(BOB)
  const request = await peer.next('SUBSCRIBE')
  assert.equal(request.startLine, 'SUBSCRIBE sip:bob@example.com SIP/2.0')
  assert.equal(request.header('event'), 'presence')
  assert.match(request.header('accept') ?? '', /^application\/pidf\+xml, /)
  assert.equal(request.header('expires'), '3600')
  assert.match(request.header('contact') ?? '', /^<sip:[a-z0-9]+@127\.0\.0\.1:\d+;transport=udp>$/)
})

test('a NOTIFY is told as what a person sees of it', async (t) => {
  const { peer, client } = await setUp(t)
  const next = reader(client.watch(BOB))
  const request = await peer.next('SUBSCRIBE')
  accept(request)
  const person =
    '<rpid:activities><rpid:busy/></rpid:activities><c:icon>http://h/i/x.png</c:icon><dm:note>hi</dm:note>'
  const answer = await peer.notify(request, {
    state: 'active;expires=3600',
    body: PIDF('open', person),
  })
  assert.match(answer.startLine, /^SIP\/2\.0 200 /)
  const { time, ...seen } = await next()
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.deepEqual(seen, {
    presentity: 'sip:bob@example.com',
    subscription: 'active',
    basic: 'open',
    activities: ['busy'],
    note: 'hi',
    icon: { url: 'http://h/i/x.png' },
  })
})

test('RFC 6665 §4.1.2.4: a NOTIFY that overtakes the 2xx counts', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const next = reader(client.watch(BOB))
  const request = await peer.next('SUBSCRIBE')
  await peer.notify(request, { state: 'active;expires=600', body: PIDF('open') })
  assert.equal((await next()).basic, 'open')
  accept(request, 600)
  clock.advance(540_000)
  const refresh = await peer.next('SUBSCRIBE')
  assert.equal(refresh.header('call-id'), request.header('call-id'))
})

test('RFC 3261 §17.2.2: a NOTIFY that comes again gets its answer again and is told once', async (t) => {
  const { peer, client } = await setUp(t)
  const watch = client.watch(BOB)
  const next = reader(watch)
  const request = await peer.next('SUBSCRIBE')
  accept(request)
  await peer.notify(request, { state: 'active;expires=600', body: PIDF('open'), copies: 3 })
  assert.equal(peer.responses.length, 3)
  assert.equal((await next()).basic, 'open')
  await peer.notify(request, { state: 'active;expires=600', body: PIDF('closed'), cseq: 2 })
  assert.equal((await next()).basic, 'closed')
})

test('RFC 3856 §6.8: a NOTIFY without a body leaves the document as it was', async (t) => {
  const { peer, client } = await setUp(t)
  const next = reader(client.watch(BOB))
  const request = await peer.next('SUBSCRIBE')
  accept(request)
  await peer.notify(request, { state: 'active;expires=600', body: PIDF('open') })
  await peer.notify(request, { state: 'active;expires=600', cseq: 2 })
  await next()
  assert.equal((await next()).basic, 'open')
})

test('a body that is no PIDF harms nothing', async (t) => {
  const { peer, client } = await setUp(t)
  const next = reader(client.watch(BOB))
  const request = await peer.next('SUBSCRIBE')
  accept(request)
  await peer.notify(request, { state: 'active;expires=600', body: '<presence' })
  assert.equal((await next()).basic, null)
})

test('RFC 6665 §4.1.2.2: the refresh stays in the dialog, with Accept and a higher CSeq', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const next = reader(client.watch(BOB))
  const request = await peer.next('SUBSCRIBE')
  accept(request, 600)
  await peer.notify(request, { state: 'active;expires=600', body: PIDF('open') })
  await next()
  clock.advance(540_000)
  const refresh = await peer.next('SUBSCRIBE')
  assert.match(refresh.startLine, /^SUBSCRIBE sip:127\.0\.0\.1:\d+;transport=udp SIP/)
  assert.match(refresh.header('to') ?? '', /;tag=peer-tag$/)
  assert.equal(refresh.header('accept'), request.header('accept'))
  assert.equal(refresh.header('cseq'), '2 SUBSCRIBE')
})

test('RFC 3261 §12.2.1.1: CSeq goes on rising after a challenge inside the dialog', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const next = reader(client.watch(BOB))
  const request = await peer.next('SUBSCRIBE')
  accept(request, 600)
  await peer.notify(request, { state: 'active;expires=600', body: PIDF('open') })
  await next()
  const seen: string[] = []
  for (let round = 1; round <= 2; round++) {
    clock.advance(540_000)
    const challenged = await peer.next('SUBSCRIBE')
    challenged.respond(
      401,
      'Unauthorized',
      `WWW-Authenticate: Digest realm="example.com", nonce="n${round}", algorithm=MD5, qop="auth"`,
    )
    const answered = await peer.next('SUBSCRIBE')
    accept(answered, 600)
    seen.push(challenged.header('cseq') ?? '', answered.header('cseq') ?? '')
    await peer.notify(request, {
      state: 'active;expires=600',
      body: PIDF('open'),
      cseq: round + 1,
    })
    await next()
  }
  assert.deepEqual(seen, ['2 SUBSCRIBE', '3 SUBSCRIBE', '4 SUBSCRIBE', '5 SUBSCRIBE'])
})

test('RFC 6665 §4.1.2.2: a dialog that the server forgot is followed by a new one', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const next = reader(client.watch(BOB))
  const request = await peer.next('SUBSCRIBE')
  accept(request, 600)
  await peer.notify(request, { state: 'active;expires=600', body: PIDF('open') })
  await next()
  clock.advance(540_000)
  ;(await peer.next('SUBSCRIBE')).respond(481, 'Subscription Does Not Exist')
  await settled()
  clock.advance(0)
  const fresh = await peer.next('SUBSCRIBE')
  assert.notEqual(fresh.header('call-id'), request.header('call-id'))
  assert.doesNotMatch(fresh.header('to') ?? '', /tag=/)
})

const AFTER_THE_END: readonly (readonly [string, number])[] = [
  ['deactivated', 0],
  ['timeout', 0],
  ['probation;retry-after=120', 120],
  ['giveup;retry-after=120', 120],
  ['probation', 30],
]
for (const [reason, seconds] of AFTER_THE_END) {
  test(`RFC 6665 §4.1.3: after terminated;reason=${reason} the client comes back in ${seconds} s`, async (t) => {
    const { peer, client, clock } = await setUp(t)
    const next = reader(client.watch(BOB))
    const request = await peer.next('SUBSCRIBE')
    accept(request)
    await peer.notify(request, { state: `terminated;reason=${reason}`, body: PIDF('closed') })
    assert.equal((await next()).subscription, 'terminated')
    if (seconds > 0) clock.advance(seconds * 1000 - 1)
    await settled()
    assert.equal(peer.requests.length, 1)
    clock.advance(1)
    const again = await peer.next('SUBSCRIBE')
    assert.notEqual(again.header('call-id'), request.header('call-id'))
  })
}

for (const reason of ['rejected', 'noresource', 'invariant']) {
  test(`RFC 6665 §4.1.3: after terminated;reason=${reason} the client stays away`, async (t) => {
    const { peer, client, clock } = await setUp(t)
    const watch = client.watch(BOB)
    const request = await peer.next('SUBSCRIBE')
    accept(request)
    await peer.notify(request, { state: `terminated;reason=${reason}`, body: PIDF('closed') })
    const told: PresenceNotification[] = []
    for await (const notification of watch) told.push(notification)
    assert.deepEqual(
      told.map(({ subscription, reason: why }) => [subscription, why]),
      [['terminated', reason]],
    )
    clock.advance(86_400_000)
    await settled()
    assert.equal(peer.requests.length, 1)
  })
}

test('a server that ends every subscription at once is not asked in circles', async (t) => {
  const { peer, client, clock } = await setUp(t)
  client.watch(BOB)
  for (let round = 1; round <= 2; round++) {
    const request = await peer.next('SUBSCRIBE')
    accept(request)
    await peer.notify(request, { state: 'terminated;reason=deactivated' })
    clock.advance(1)
  }
  await settled()
  assert.equal(peer.requests.length, 2)
})

const REFUSALS: readonly (readonly [number, string, RegExp])[] = [
  [403, 'Forbidden', /sip:bob@example\.com cannot be watched: the server forbids it \(403/],
  [404, 'Not Found', /no such address on this server \(404/],
  [489, 'Bad Event', /the server does not offer presence \(489/],
]
for (const [status, reason, words] of REFUSALS) {
  test(`a refusal with ${status} ends the watch with an error in words`, async (t) => {
    const { peer, client } = await setUp(t)
    const watch = client.watch(BOB)
    ;(await peer.next('SUBSCRIBE')).respond(status, reason)
    await assert.rejects(reader(watch)(), words)
    assert.equal((await watch[Symbol.asyncIterator]().next()).done, true)
  })
}

test('RFC 6665 §4.1.2.1: 423 is met with the lifetime that the server wants', async (t) => {
  const { peer, client } = await setUp(t)
  client.watch(BOB)
  ;(await peer.next('SUBSCRIBE')).respond(423, 'Interval Too Brief', 'Min-Expires: 7200')
  assert.equal((await peer.next('SUBSCRIBE')).header('expires'), '7200')
})

test('a server that is overloaded is asked again after the time it names', async (t) => {
  const { peer, client, clock, states } = await setUp(t)
  client.watch(BOB)
  ;(await peer.next('SUBSCRIBE')).respond(503, 'Service Unavailable', 'Retry-After: 20')
  await settled()
  assert.equal(states.at(-1)?.retryInSeconds, 20)
  clock.advance(19_999)
  await settled()
  assert.equal(peer.requests.length, 1)
  clock.advance(1)
  await peer.next('SUBSCRIBE')
})

test('RFC 6665 §4.1.2.3: closing unsubscribes in the dialog and waits for the last NOTIFY', async (t) => {
  const { peer, client } = await setUp(t)
  const watch = client.watch(BOB)
  const next = reader(watch)
  const request = await peer.next('SUBSCRIBE')
  accept(request)
  await peer.notify(request, { state: 'active;expires=3600', body: PIDF('open') })
  await next()
  const closed = watch.close()
  const farewell = await peer.next('SUBSCRIBE')
  assert.equal(farewell.header('expires'), '0')
  assert.equal(farewell.header('call-id'), request.header('call-id'))
  accept(farewell, 0)
  const answer = await peer.notify(request, { state: 'terminated;reason=timeout', cseq: 2 })
  assert.match(answer.startLine, /^SIP\/2\.0 200 /)
  await closed
  assert.equal((await watch[Symbol.asyncIterator]().next()).done, true)
})

test('an address that is none is refused before anything is sent', async (t) => {
  const { client } = await setUp(t)
  assert.throws(() => client.watch('not an address'), /is no SIP address/)
})

test('RFC 3261 §19.1.6: a telephone number is asked for at one’s own domain', async (t) => {
  const { peer, client } = await setUp(t)
  const watch = client.watch('tel:+49-30-1234')
  assert.equal(watch.presentity, 'tel:+49301234')
  const request = await peer.next('SUBSCRIBE')
  assert.equal(request.startLine, 'SUBSCRIBE sip:+49301234@example.com;user=phone SIP/2.0')
})
