/** What is wrong in sip.js 0.21.2, and does not show through the client: each fault by its name. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { PIDF, settled, setUp, type Harness } from './client-harness.ts'
import type { PeerRequest } from './scripted-peer.ts'

const BOB = 'bob@example.com'

function taken(request: PeerRequest, tag = 'one', expires = 3600): void {
  request.respond(200, 'OK', `SIP-ETag: ${tag}`, `Expires: ${expires}`)
}

/** Bob is watched, and his first NOTIFY has come. */
async function watching(t: TestContext, expires = 600) {
  const harness = await setUp(t)
  const watch = harness.client.watch(BOB)
  const request = await harness.peer.next('SUBSCRIBE')
  request.respond(200, 'OK', `Expires: ${expires}`, 'Contact: <sip:127.0.0.1>')
  await harness.peer.notify(request, { state: `active;expires=${expires}`, body: PIDF('open') })
  return { ...harness, watch, request }
}

/** Goes on until nothing is left to do, without a timer: those may be mocked. */
async function turns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function refused(harness: Harness, status: number, reason: string): Promise<PeerRequest> {
  const request = await harness.peer.next('PUBLISH')
  request.respond(status, reason)
  await settled()
  return request
}

test('Publisher sends text/plain unless told otherwise: the client says what it sends', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  const request = await peer.next()
  assert.equal(request.header('content-type'), 'application/pidf+xml')
  taken(request)
  await done
})

test('Publisher sends a second initial PUBLISH before the first is answered: here it waits for the tag', async (t) => {
  const { peer, client } = await setUp(t)
  const both = [client.publish({ note: 'a' })]
  const first = await peer.next()
  both.push(client.publish({ note: 'b' }))
  await settled()
  assert.equal(peer.requests.length, 1)
  taken(first)
  const second = await peer.next()
  assert.equal(second.header('sip-if-match'), 'one')
  taken(second)
  await Promise.all(both)
})

test('Publisher throws, unhandled, when a PUBLISH fails after it has unpublished: here it is a refusal', async (t) => {
  const harness = await setUp(t)
  const { peer, client } = harness
  const done = client.publish({})
  taken(await peer.next())
  await done
  const removed = client.unpublish()
  ;(await peer.next()).respond(200, 'OK', 'Expires: 0')
  await removed
  const failed = assert.rejects(client.publish({}), /403/)
  await refused(harness, 403, 'Forbidden')
  await failed
  const again = client.publish({})
  taken(await peer.next())
  await again
})

test('Publisher repeats a PUBLISH for every 423, 51 times in 300 ms: here it stops after three', async (t) => {
  const { peer, client } = await setUp(t)
  const failed = assert.rejects(client.publish({}), /423/)
  for (let attempt = 1; attempt <= 4; attempt++) {
    const request = await peer.next()
    request.respond(423, 'Interval Too Brief', `Min-Expires: ${3600 + attempt}`)
  }
  await failed
  await settled()
  assert.equal(peer.requests.length, 4)
})

test('the lifetime that Publisher and Subscriber ask for falls to what was once granted: here it does not', async (t) => {
  const { peer, client, clock } = await watching(t)
  const done = client.publish({})
  taken(await peer.next('PUBLISH'), 'one', 120)
  await done
  clock.advance(60_000)
  const refresh = await peer.next('PUBLISH')
  assert.equal(refresh.header('expires'), '3600')
  taken(refresh)
  clock.advance(480_000)
  assert.equal((await peer.next('SUBSCRIBE')).header('expires'), '3600')
})

for (const [status, reason] of [
  [408, 'Request Timeout'],
  [500, 'Server Error'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
] as const) {
  test(`Publisher gives up at ${status}: here it is tried again, less and less often`, async (t) => {
    const harness = await setUp(t)
    const { peer, client, clock } = harness
    const done = client.publish({})
    await refused(harness, status, reason)
    assert.equal(peer.requests.length, 1)
    clock.advance(1200)
    await refused(harness, status, reason)
    clock.advance(1200)
    await settled()
    assert.equal(peer.requests.length, 2)
    clock.advance(1200)
    taken(await peer.next())
    await done
  })
}

test('Subscriber matches no NOTIFY when its Event has an id: here it has none, in lower case', async (t) => {
  const { request } = await watching(t)
  assert.equal(request.header('event'), 'presence')
})

test('Subscriber repeats no Accept when it refreshes: here every SUBSCRIBE has it', async (t) => {
  const { peer, clock, request } = await watching(t)
  clock.advance(540_000)
  const refresh = await peer.next('SUBSCRIBE')
  assert.ok(request.header('accept'))
  assert.equal(refresh.header('accept'), request.header('accept'))
})

test('Subscriber takes the seconds of retry-after for milliseconds: here they are seconds', async (t) => {
  const { peer, clock, request } = await watching(t)
  await peer.notify(request, { state: 'terminated;reason=giveup;retry-after=90', cseq: 2 })
  clock.advance(89_000)
  await settled()
  assert.equal(peer.requests.length, 1)
  clock.advance(1000)
  await peer.next('SUBSCRIBE')
})

test('a dialog whose last NOTIFY is lost stays in the core for ever: here it goes with the watch', async (t) => {
  const { peer, watch, clock, request } = await watching(t)
  const closed = watch.close()
  ;(await peer.next('SUBSCRIBE')).respond(200, 'OK', 'Expires: 0')
  clock.advance(2000)
  await closed
  const late = await peer.notify(request, { state: 'active', body: PIDF('closed'), cseq: 2 })
  assert.match(late.startLine, /^SIP\/2\.0 481 /)
})

test('RFC 6665 §4.1.2.4, Timer N: a refresh that no NOTIFY follows ends the dialog: here a new one is begun', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { peer, client, clock } = await setUp(t)
  client.watch(BOB)
  const request = await peer.next('SUBSCRIBE')
  request.respond(200, 'OK', 'Expires: 600', 'Contact: <sip:127.0.0.1>')
  await peer.notify(request, { state: 'active;expires=600', body: PIDF('open') })
  await turns()
  clock.advance(540_000)
  ;(await peer.next('SUBSCRIBE')).respond(200, 'OK', 'Expires: 600', 'Contact: <sip:127.0.0.1>')
  await turns()
  t.mock.timers.tick(32_000)
  await turns()
  clock.advance(0)
  const again = await peer.next('SUBSCRIBE')
  assert.notEqual(again.header('call-id'), request.header('call-id'))
  t.mock.timers.reset()
})

test('nothing subscribes or publishes again on a new connection: here both go on', async (t) => {
  const { peer, client, clock, states } = await setUp(t, 'tcp')
  client.watch(BOB)
  const first = await peer.next('SUBSCRIBE')
  client.publish({ note: 'kept' }).catch(() => undefined)
  await peer.next('PUBLISH')
  peer.hangUp()
  while (!states.some(({ about, state }) => about === 'connection' && state === 'down')) {
    await settled()
  }
  clock.advance(2000)
  const again = [await peer.next(), await peer.next()]
  assert.deepEqual(again.map(({ method }) => method).sort(), ['PUBLISH', 'SUBSCRIBE'])
  assert.notEqual(again[0]?.header('via'), first.header('via'))
})

test('an exception leaves the receive path, and the socket is deaf from then on: here the next message is heard', async (t) => {
  const { peer, client } = await setUp(t)
  client.watch(BOB)
  const request = await peer.next('SUBSCRIBE')
  const head =
    'Via: SIP/2.0/UDP h;branch=z9hG4bKg1\r\nFrom: <sip:b@h>;tag=1\r\nTo: <sip:a@h>;tag=2\r\nCall-ID: x\r\n'
  for (const uri of ['pres:alice@example.com', 'tel:+49301234', 'urn:service:sos']) {
    request.raw(`NOTIFY ${uri} SIP/2.0\r\n${head}CSeq: 1 NOTIFY\r\nContent-Length: 0\r\n\r\n`)
  }
  request.raw(`SIP/2.0 200 OK\r\n${head}CSeq: many NOTIFY\r\nContent-Length: 0\r\n\r\n`)
  request.respond(200, 'OK', 'Expires: 600')
  const answer = await peer.notify(request, { state: 'active', body: PIDF('open') })
  assert.match(answer.startLine, / 200 /)
})

const sha256 = (nonce: string) =>
  `Digest realm="example.com", nonce="${nonce}", algorithm=SHA-256, qop="auth"`
const unknown = 'Digest realm="example.com", nonce="x", algorithm=AKAv1-MD5, qop="auth"'

for (const [name, lines] of [
  ['SHA-256 alone', [sha256('n')]],
  ['one that nobody can answer before it', [unknown, sha256('n')]],
  ['one that nobody can answer behind it', [sha256('n'), unknown]],
  ['both in one header field', [`${unknown}, ${sha256('n')}`]],
  ['another scheme before it', ['Bearer realm="x"', sha256('n')]],
] as const) {
  test(`Digest is answered with MD5 only, and of several challenges the wrong one: ${name}`, async (t) => {
    const { peer, client } = await setUp(t)
    const done = client.publish({})
    const challenges = lines.map((line) => `WWW-Authenticate: ${line}`)
    ;(await peer.next()).respond(401, 'Unauthorized', ...challenges)
    const proven = await peer.next()
    assert.match(proven.header('authorization') ?? '', /nonce="n".*algorithm=SHA-256/)
    taken(proven)
    await done
  })
}

test('no credentials are remembered, so that every PUBLISH is sent twice: here only the first', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  ;(await peer.next()).respond(401, 'Unauthorized', `WWW-Authenticate: ${sha256('n')}`)
  taken(await peer.next())
  await done
  const change = client.publish({ note: 'a' })
  const second = await peer.next()
  assert.match(second.header('authorization') ?? '', /nc=00000002/)
  taken(second)
  await change
})

test('utf8Length throws at half a character: here it is replaced', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({ note: 'a\ud83db', activities: ['\udc00'], icon: 'http://h/\ud83d' })
  const request = await peer.next()
  assert.match(request.body, /a\ufffdb/)
  taken(request)
  await done
})

test('an empty Supported is written: here it is not, and a list is asked for with what is supported', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  const request = await peer.next()
  assert.deepEqual(request.headers('supported'), [])
  taken(request)
  await done
  client.watch(BOB)
  assert.deepEqual((await peer.next('SUBSCRIBE')).headers('supported'), ['eventlist'])
})

test('answers are dropped when their Via names a port: here they are heard', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  const request = await peer.next()
  assert.match(request.header('via') ?? '', /127\.0\.0\.1:\d+/)
  taken(request)
  await done
})

test('the Contact of UserAgent can name no port: here it names the one that NOTIFYs arrive at', async (t) => {
  const { request } = await watching(t)
  const port = /127\.0\.0\.1:(\d+)/.exec(request.header('via') ?? '')?.[1]
  assert.ok(request.header('contact')?.includes(`127.0.0.1:${port ?? ''};`))
})

test('everything is logged to the console: here nothing is', async (t) => {
  const said = (['log', 'debug', 'warn', 'error', 'info'] as const).map(
    (level) => t.mock.method(console, level, () => undefined).mock,
  )
  const { peer, client } = await setUp(t)
  client.watch(BOB)
  const request = await peer.next('SUBSCRIBE')
  request.raw('garbage\r\n\r\n')
  request.respond(401, 'Unauthorized')
  await settled()
  assert.deepEqual(
    said.map((calls) => calls.callCount()),
    [0, 0, 0, 0, 0],
  )
})

test('tags and Call-IDs come from Math.random: here nobody can guess them', async (t) => {
  t.mock.method(Math, 'random', () => 0.5)
  const { peer, client } = await setUp(t)
  client.watch(BOB)
  const one = await peer.next('SUBSCRIBE')
  one.respond(404, 'Not Found')
  await settled()
  client.watch(BOB)
  const other = await peer.next('SUBSCRIBE')
  for (const name of ['call-id', 'from']) assert.notEqual(one.header(name), other.header(name))
})
