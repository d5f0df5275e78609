/** The endpoint over WebSocket on loopback: who may connect, what a frame holds, signs of life. RFC 7118; RFC 6455. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, test } from 'node:test'
import type { SipEndpointParts } from '../../core/sip/create-sip-endpoint.ts'
import { DEFAULT_SIP_LIMITS } from '../../core/sip/limits.ts'
import type { Flow, IncomingRequest, RequestOutcome } from '../../core/sip/sip-endpoint.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { requestText, startOne, statusOf, tcpPeer, webSocketPeer } from './raw-peer.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

type PeerOptions = Parameters<typeof webSocketPeer>[1]

async function setUp(parts: Partial<SipEndpointParts> = {}, transport: 'WS' | 'WSS' = 'WS') {
  const { sip, port } = await startOne(transport, parts)
  closers.push(() => sip.stop())
  const requests: IncomingRequest[] = []
  const closed: Flow[] = []
  sip.onRequest((request) => {
    requests.push(request)
    request.respond({ status: 200 })
  })
  sip.onFlowClosed((flow) => closed.push(flow))
  const url = `${transport.toLowerCase()}://127.0.0.1:${port}`
  const peer = async (options?: PeerOptions) => {
    const opened = await webSocketPeer(url, options)
    closers.push(() => {
      opened.close()
    })
    return opened
  }
  return { sip, port, requests, closed, peer }
}

const INVALID = 'df7jal23ls0d.invalid'
let branches = 0
const branch = () => `z9hG4bKws${branches++}`
const options = () => requestText({ via: `SIP/2.0/WS ${INVALID};branch=${branch()}` })

async function until(holds: () => boolean): Promise<void> {
  for (let rounds = 0; rounds < 400 && !holds(); rounds++) await pause(5)
  assert.ok(holds(), 'this should have happened within two seconds')
}

const NOTIFY = {
  method: 'NOTIFY',
  requestUri: `sip:bob@${INVALID};transport=ws`,
  headers:
    'From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\nCall-ID: c1\r\nCSeq: 7 NOTIFY\r\nMax-Forwards: 70\r\n',
}

describe('SIP over WebSocket', () => {
  test('RFC 7118 §5: a request is answered down its own WebSocket, one message a frame, without received (§5.3)', async () => {
    const { sip, port, requests, peer } = await setUp()
    const client = await peer()
    assert.equal(client.webSocket.protocol, 'sip')
    client.send(options())
    const answer = (await client.receive()) ?? ''
    assert.equal(statusOf(answer), 200)
    assert.match(answer, /\r\nVia: SIP\/2\.0\/WS df7jal23ls0d\.invalid;branch=z9hG4bKws\d+\r\n/)
    const flow = requests[0]!.flow
    assert.equal(flow.transport, 'WS')
    assert.equal(sip.contactAddress(flow), `127.0.0.1:${port}`)
  })

  test('RFC 7118 §5.1: over TLS it is WSS', async () => {
    const { sip, requests, peer } = await setUp({}, 'WSS')
    const client = await peer()
    client.send(options())
    assert.equal(statusOf(await client.receive()), 200)
    assert.equal(requests[0]!.flow.transport, 'WSS')
    sip.request({ ...NOTIFY, destination: requests[0]!.flow }, () => undefined)
    assert.match((await client.receive()) ?? '', /\r\nVia: SIP\/2\.0\/WSS 127\.0\.0\.1:/)
  })

  test('RFC 7118 §5: a request of ours goes down the WebSocket and its answer comes back', async () => {
    const { sip, port, requests, peer } = await setUp()
    const client = await peer()
    client.send(options())
    await client.receive()
    const outcome = new Promise<RequestOutcome>((resolve) => {
      sip.request({ ...NOTIFY, destination: requests[0]!.flow }, resolve)
    })
    const [head = ''] = ((await client.receive()) ?? '').split('\r\n\r\n')
    assert.match(head, new RegExp(`\r\nVia: SIP/2\\.0/WS 127\\.0\\.0\\.1:${port};branch=`))
    client.send(`${head.replace(/^.*/, 'SIP/2.0 200 OK')}\r\n\r\n`)
    assert.equal((await outcome).kind, 'response')
  })

  test('RFC 7118 §4.2: text and binary frames are taken; what is not UTF-8 leaves as binary', async () => {
    const { sip, requests, peer } = await setUp()
    const client = await peer()
    const kinds: boolean[] = []
    client.webSocket.on('message', (_data, isBinary) => kinds.push(isBinary))
    client.send(Buffer.from(options()))
    assert.equal(statusOf(await client.receive()), 200)
    const destination = requests[0]!.flow
    const sent = [Buffer.from('grün'), Buffer.from('gr\xfcn', 'latin1')]
    for (const body of sent) sip.request({ ...NOTIFY, destination, body }, () => undefined)
    for (const body of sent) {
      assert.ok((await client.receive())?.endsWith(body.toString('latin1')))
    }
    assert.deepEqual(kinds, [false, false, true])
  })

  test('RFC 7118 §5: Content-Length may be absent', async () => {
    const { requests, peer } = await setUp()
    const client = await peer()
    client.send(`${options().replace(/Content-Length: 0\r\n/, '')}body`)
    assert.equal(statusOf(await client.receive()), 200)
    assert.equal(requests[0]!.message.body.toString(), 'body')
  })

  test('RFC 7118 §5: half a message in a frame, or two, are malformed', async () => {
    const { requests, peer } = await setUp()
    const client = await peer()
    const whole = requestText({
      via: `SIP/2.0/WS ${INVALID};branch=${branch()}`,
      body: 'twelve bytes',
    })
    client.send(whole.slice(0, -5))
    client.send(options() + options())
    client.send(whole.slice(0, 80))
    client.send(options())
    const statuses = []
    for (let count = 0; count < 4; count++) statuses.push(statusOf(await client.receive()))
    assert.deepEqual(statuses, [400, 400, 400, 200])
    assert.equal(requests.length, 1)
  })

  test('RFC 7118 §6, RFC 5626 §3.5.1: a double line end is answered with a single one, a ping with a pong', async () => {
    const { peer } = await setUp()
    const client = await peer()
    client.send('\r\n\r\n')
    assert.equal(await client.receive(), '\r\n')
    client.send('\r\n')
    client.webSocket.ping('x')
    await once(client.webSocket, 'pong')
    client.send(options())
    assert.equal(statusOf(await client.receive()), 200)
  })

  test('a client that closes is a flow that ends, and what was under way has failed', async () => {
    const { sip, requests, closed, peer } = await setUp()
    const client = await peer()
    client.send(options())
    await client.receive()
    const flow = requests[0]!.flow
    const outcome = new Promise<RequestOutcome>((resolve) => {
      sip.request({ ...NOTIFY, destination: flow }, resolve)
    })
    await client.receive()
    client.webSocket.close()
    assert.equal((await outcome).kind, 'transport-error')
    assert.deepEqual(closed, [flow])
    assert.equal(flow.alive, false)
  })

  test('a record of a WebSocket leads nowhere: another page may have its port by now', async () => {
    const { sip, requests, peer } = await setUp()
    const client = await peer()
    client.send(options())
    await client.receive()
    assert.equal(sip.findFlow({ ...requests[0]!.flow }), undefined)
  })
})

describe('who may open a WebSocket', () => {
  test('RFC 7118 §4.1: a client that does not offer sip gets 400', async () => {
    const { peer } = await setUp()
    await assert.rejects(peer({ subprotocol: 'mqtt' }), /400/)
  })

  test('RFC 9110 §15.5.22: whoever asks for no WebSocket at all gets 426', async () => {
    const { port } = await setUp()
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    assert.equal(answer.status, 426)
    assert.equal(answer.headers.get('upgrade'), 'websocket')
  })

  test('RFC 6455 §4.2.2: another version of the protocol is refused with the one that is spoken', async () => {
    const { port } = await setUp()
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-protocol': 'sip',
      'sec-websocket-version': '7',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    const asked = httpRequest({ host: '127.0.0.1', port, headers }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    assert.equal(answer.statusCode, 400)
    assert.match(String(answer.headers['sec-websocket-version']), /13/)
  })

  test('RFC 6455 §10.2: pages of this host and of named origins may connect, others get 403', async () => {
    const { port, peer } = await setUp({ webSockets: { origins: ['https://app.example.com'] } })
    for (const origin of [
      `http://127.0.0.1:${port}`,
      'https://127.0.0.1',
      'https://app.example.com',
    ]) {
      await peer({ origin })
    }
    for (const origin of ['https://evil.example', 'http://app.example.com', 'null']) {
      await assert.rejects(peer({ origin }), /403/, origin)
    }
  })

  test('RFC 6455 §10.2: * lets every page connect', async () => {
    const { peer } = await setUp({ webSockets: { origins: ['*'] } })
    await peer({ origin: 'https://anybody.example' })
  })

  test('whom a proxy speaks for is the peer, and counts for its limit', async () => {
    const clientOf = ({ headers }: IncomingMessage) => ({
      address: String(headers['x-forwarded-for']),
      secure: true,
    })
    const limits = { ...DEFAULT_SIP_LIMITS, connectionsPerAddress: 1 }
    const { requests, peer } = await setUp({ limits, webSockets: { origins: [], clientOf } })
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
    const first = await peer(from('192.0.2.1'))
    await peer(from('192.0.2.2'))
    await assert.rejects(peer(from('192.0.2.1')), /503/)
    first.send(options())
    await first.receive()
    const { transport, remoteAddress } = requests[0]!.flow
    assert.deepEqual([transport, remoteAddress], ['WSS', '192.0.2.1'])
  })
})

describe('bounds of a WebSocket', () => {
  for (const transport of ['WS', 'WSS'] as const) {
    test(`over ${transport}, whoever opens connections and asks for nothing takes no more places than its address may have`, async () => {
      const limits = { ...DEFAULT_SIP_LIMITS, connectionsPerAddress: 2 }
      const { port, peer } = await setUp({ limits }, transport)
      const silent = [await tcpPeer(port), await tcpPeer(port)]
      const oneMore = (await tcpPeer(port)).closed.then(() => 'closed')
      // Well within the time that a handshake may take.
      assert.equal(await Promise.race([oneMore, pause(2_000, 'open', { ref: false })]), 'closed')
      for (const one of silent) one.close()
      await Promise.all(silent.map(({ closed }) => closed))
      // Those that are open do not count among those that ask.
      await peer()
      await peer()
      await assert.rejects(peer(), /503/)
    })
  }

  test('RFC 6455 §7.4.1: a message beyond the bound ends it with 1009', async () => {
    const limits = { ...DEFAULT_SIP_LIMITS, headBytes: 1000, bodyBytes: 1000 }
    const { peer } = await setUp({ limits })
    const client = await peer()
    client.send(Buffer.alloc(2001, 'x'))
    assert.equal(await client.closed, 1009)
  })

  test('one that brings nothing within the time for a message is ended', async () => {
    const clock = createManualClock()
    const { peer } = await setUp({ clock })
    const [silent, talking] = [await peer(), await peer()]
    talking.send('\r\n\r\n')
    await talking.receive()
    clock.advance(DEFAULT_SIP_LIMITS.messageTime)
    await silent.closed
    talking.send(options())
    assert.equal(statusOf(await talking.receive()), 200)
  })

  test('RFC 6455 §5.5.2: one that leaves a ping unanswered is dead, one that answers stays', async () => {
    const clock = createManualClock()
    const { peer } = await setUp({ clock })
    const [deaf, alive] = [await peer({ autoPong: false }), await peer()]
    for (const client of [deaf, alive]) {
      client.send(options())
      await client.receive()
    }
    const pinged = [deaf, alive].map(({ webSocket }) => once(webSocket, 'ping'))
    clock.advance(DEFAULT_SIP_LIMITS.probeTime)
    await Promise.all(pinged)
    alive.send('\r\n\r\n')
    await alive.receive()
    clock.advance(DEFAULT_SIP_LIMITS.probeTime)
    await deaf.closed
    alive.send(options())
    assert.equal(statusOf(await alive.receive()), 200)
  })

  test('one that asks faster than it reads is read no further, and slows nobody', async () => {
    const limits = { ...DEFAULT_SIP_LIMITS, unansweredRequests: 4 }
    const { sip, port } = await startOne('WS', { limits })
    closers.push(() => sip.stop())
    const held: IncomingRequest[] = []
    sip.onRequest((request) => held.push(request))
    const client = await webSocketPeer(`ws://127.0.0.1:${port}`)
    closers.push(() => {
      client.close()
    })
    const large = requestText({
      via: `SIP/2.0/WS ${INVALID};branch=z9hG4bKx`,
      body: 'x'.repeat(200_000),
    })
    for (let count = 0; count < 20; count++)
      client.send(large.replace('z9hG4bKx', branch()).replace(/Call-ID: \w+/, `Call-ID: c${count}`))
    await until(() => held.length >= 4)
    await pause(30)
    assert.ok(held.length < 10, `${held.length} were read`)
    const answered = new Set<IncomingRequest>()
    await until(() => {
      for (const request of held) {
        if (answered.has(request)) continue
        answered.add(request)
        request.respond({ status: 200 })
      }
      return answered.size === 20
    })
  })
})
