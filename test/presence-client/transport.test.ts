/** SIP over UDP and TCP on Node: retransmission, framing, broken connections, and what is no SIP at all. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createServer } from 'node:tls'
import { createUdpTransport } from '../../client/node/udp-transport.ts'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import type { PresenceWatch } from '../../client/watch-presence.ts'
import { certificates } from '../support/certificates.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { PIDF, settled, setUp } from './client-harness.ts'
import { startPeer, type PeerRequest } from './scripted-peer.ts'

function accept(request: PeerRequest): void {
  request.respond(200, 'OK', 'SIP-ETag: one', 'Expires: 3600')
}

const next = async (watch: PresenceWatch) =>
  (await watch[Symbol.asyncIterator]().next()).value ?? assert.fail('the watch has ended')

const REQUEST = [
  'PUBLISH sip:alice@example.com SIP/2.0',
  'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1',
  'Max-Forwards: 70',
  'From: <sip:alice@example.com>;tag=a',
  'To: <sip:alice@example.com>',
  'Call-ID: c',
  'CSeq: 1 PUBLISH',
  'Content-Length: 0',
  '\r\n',
].join('\r\n')

async function udpTransport(t: TestContext) {
  const peer = await startPeer('udp')
  const clock = createManualClock()
  const transport = createUdpTransport(peer.server, clock)
  await transport.open({ message: () => undefined, closed: () => undefined })
  t.after(async () => {
    await transport.close()
    await peer.close()
  })
  return { peer, clock, transport }
}

test('RFC 3261 §17.1.2.2: a request is sent again after 0.5, 1, 2, 4, 4 … s, and no more after 32 s', async (t) => {
  const { peer, clock, transport } = await udpTransport(t)
  const sent = transport.send(REQUEST)
  await settled()
  const counts = [peer.requests.length]
  for (const milliseconds of [500, 1000, 2000, 4000, 4000]) {
    clock.advance(milliseconds - 1)
    await settled()
    counts.push(peer.requests.length)
    clock.advance(1)
    await settled()
  }
  assert.deepEqual(counts, [1, 1, 2, 3, 4, 5])
  clock.advance(21_000)
  await sent
  await settled()
  const total = peer.requests.length
  clock.advance(60_000)
  await settled()
  assert.equal(peer.requests.length, total)
  assert.equal(new Set(peer.requests.map(({ text }) => text)).size, 1)
})

test('RFC 3261 §17.1.2.2: a final response ends the retransmission, a provisional one slows it down', async (t) => {
  const { peer, clock, transport } = await udpTransport(t)
  const sent = transport.send(REQUEST)
  const request = await peer.next()
  request.respond(100, 'Trying')
  await settled()
  clock.advance(500)
  await settled()
  assert.equal(peer.requests.length, 2)
  clock.advance(3999)
  await settled()
  assert.equal(peer.requests.length, 2)
  clock.advance(1)
  await settled()
  assert.equal(peer.requests.length, 3)
  accept(request)
  await sent
  clock.advance(60_000)
  await settled()
  assert.equal(peer.requests.length, 3)
})

test('a UDP port that nobody listens on is told at once', async () => {
  const peer = await startPeer('udp')
  await peer.close()
  const transport = createUdpTransport(peer.server)
  await assert.rejects(async () => {
    await transport.open({ message: () => undefined, closed: () => undefined })
    await transport.send(REQUEST)
  }, /nothing listens at udp:127\.0\.0\.1:\d+/)
  await transport.close()
})

test('a TCP port that nobody listens on is told, and tried again after a while', async (t) => {
  const gone = await startPeer('tcp')
  await gone.close()
  const { client, clock, states } = await setUp(t, 'tcp', {
    transport: sipTransportTo(gone.server),
  })
  const done = client.publish({})
  while (states.length === 0) await settled()
  assert.match(states[0]?.error?.message ?? '', /nothing listens at tcp:127\.0\.0\.1:\d+/)
  const peer = await startPeer('tcp', gone.server.port)
  t.after(() => peer.close())
  clock.advance(2000)
  accept(await peer.next())
  await done
})

test('a host that does not exist is told by its name', async (t) => {
  const { client, states } = await setUp(t, 'udp', {
    transport: sipTransportTo({ transport: 'udp', host: 'nowhere.invalid', port: 5060 }),
  })
  client.publish({}).catch(() => undefined)
  while (states.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.match(states[0]?.error?.message ?? '', /nowhere\.invalid/)
})

test('RFC 3261 §18.3: messages over TCP are cut by their length, wherever the stream is cut', async (t) => {
  const { peer, client } = await setUp(t, 'tcp')
  const watch = client.watch('bob@example.com')
  const request = await peer.next('SUBSCRIBE')
  const pieces: string[] = []
  const together = { ...request, raw: (bytes: string) => pieces.push(bytes) }
  together.respond(200, 'OK', 'Expires: 3600')
  void peer.notify(together, { state: 'active;expires=3600', body: PIDF('open') })
  void peer.notify(together, { state: 'active;expires=3600', body: PIDF('closed'), cseq: 2 })
  for (const byte of `\r\n${pieces.join('')}`) request.raw(byte)
  assert.equal((await next(watch)).basic, 'open')
  assert.equal((await next(watch)).basic, 'closed')
})

test('a lost connection is opened again, and the subscription follows it in its dialog', async (t) => {
  const { peer, client, clock, states } = await setUp(t, 'tcp')
  const watch = client.watch('bob@example.com')
  const request = await peer.next('SUBSCRIBE')
  request.respond(200, 'OK', 'Expires: 3600')
  await peer.notify(request, { state: 'active;expires=3600', body: PIDF('open') })
  await next(watch)
  peer.hangUp()
  while (states.at(-1)?.state !== 'down') await settled()
  clock.advance(2000)
  const again = await peer.next('SUBSCRIBE')
  assert.equal(again.header('call-id'), request.header('call-id'))
  assert.notEqual(again.header('contact'), request.header('contact'))
  again.respond(200, 'OK', 'Expires: 3600')
  await peer.notify(again, { state: 'active;expires=3600', body: PIDF('closed'), cseq: 2 })
  assert.equal((await next(watch)).basic, 'closed')
})

test('a connection that breaks while a PUBLISH is under way does not lose it', async (t) => {
  const { peer, client, clock, states } = await setUp(t, 'tcp')
  const done = client.publish({ note: 'kept' })
  await peer.next()
  peer.hangUp()
  while (!states.some(({ about, state }) => about === 'connection' && state === 'down')) {
    await settled()
  }
  clock.advance(2000)
  const again = await peer.next()
  assert.match(again.body, /kept/)
  accept(again)
  await done
})

const GARBAGE = [
  'garbage\r\n\r\n',
  '\r\n\r\n',
  '\0\x01\x02\x03',
  'SIP/2.0 200 OK\r\n\r\n',
  'NOTIFY pres:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKg1\r\nFrom: <sip:b@h>;tag=1\r\n' +
    'To: <sip:a@h>;tag=2\r\nCall-ID: x\r\nCSeq: 1 NOTIFY\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
  'NOTIFY sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKg2\r\nFrom: <sip:b@h>;tag=1\r\n' +
    'To: <sip:a@h>;tag=2\r\nCall-ID: x\r\nCSeq: 99999999999 NOTIFY\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
  'INVITE sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKg3\r\nFrom: <sip:b@h>;tag=1\r\n' +
    'To: <sip:a@h>\r\nCall-ID: y\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
]

test('what is no SIP, or no sound SIP, neither stops the client nor escapes it', async (t) => {
  const { peer, client } = await setUp(t, 'udp')
  const watch = client.watch('bob@example.com')
  const request = await peer.next('SUBSCRIBE')
  for (const garbage of GARBAGE) request.raw(garbage)
  request.respond(200, 'OK', 'Expires: 3600')
  const answer = await peer.notify(request, { state: 'active;expires=3600', body: PIDF('open') })
  assert.match(answer.startLine, / 200 /)
  assert.equal((await next(watch)).basic, 'open')
})

test('a NOTIFY for a dialog that is none of ours gets 481', async (t) => {
  const { peer, client } = await setUp(t, 'udp')
  client.watch('bob@example.com')
  const request = await peer.next('SUBSCRIBE')
  const header = (name: string) => (name === 'call-id' ? 'another' : request.header(name))
  const foreign = { ...request, header }
  const answer = await peer.notify(foreign, { state: 'active', body: PIDF('open') })
  assert.match(answer.startLine, /^SIP\/2\.0 481 /)
})

test('over TLS a server whose certificate nobody trusted has signed is told in words', async (t) => {
  const server = createServer(certificates('localhost').usual)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  for (const transport of ['tls', 'wss'] as const) {
    const open = sipTransportTo({ transport, host: '127.0.0.1', port })().open({
      message: () => undefined,
      closed: () => undefined,
    })
    await assert.rejects(open, /shows a certificate that is not trusted: .*\(--ca\)/)
  }
})
