/** The endpoint over TCP on loopback: framing, flows, and peers that are slow, silent or gone. RFC 3261 §18. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, test } from 'node:test'
import type { SipEndpointParts } from '../../core/sip/create-sip-endpoint.ts'
import type { Flow, IncomingRequest, RequestOutcome } from '../../core/sip/sip-endpoint.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { requestText, startEndpoint, statusOf, tcpPeer, udpPeer } from './raw-peer.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function setUp(parts: Partial<SipEndpointParts> = {}) {
  const endpoint = await startEndpoint(parts)
  closers.push(() => endpoint.sip.stop())
  const requests: IncomingRequest[] = []
  const closed: Flow[] = []
  endpoint.sip.onRequest((request) => {
    requests.push(request)
    if (request.message.method === 'OPTIONS') request.respond({ status: 200 })
  })
  endpoint.sip.onFlowClosed((flow) => closed.push(flow))
  const connect = async () => {
    const peer = await tcpPeer(endpoint.tcpPort)
    closers.push(() => {
      peer.close()
    })
    return peer
  }
  return { ...endpoint, requests, closed, connect }
}

async function until(holds: () => boolean): Promise<void> {
  for (let rounds = 0; rounds < 400 && !holds(); rounds++) await pause(5)
  assert.ok(holds(), 'this should have happened within two seconds')
}

const NOTIFY = {
  method: 'NOTIFY',
  requestUri: 'sip:bob@127.0.0.1',
  headers:
    'From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\nCall-ID: c1\r\nCSeq: 7 NOTIFY\r\nMax-Forwards: 70\r\n',
}

/** The answer of a peer that copies what it must, and all the rest but the body. */
function okTo(request: string): string {
  const [head = ''] = request.split('\r\n\r\n')
  const answer = head.replace(/^.*/, 'SIP/2.0 200 OK').replace(/Content-Length: \d+/, 'l: 0')
  return `${answer}\r\n\r\n`
}

describe('SIP over TCP', () => {
  test('RFC 3261 §18.2.2: the answer takes the connection of the request, whatever Via says', async () => {
    const { connect } = await setUp()
    const peer = await connect()
    peer.send(requestText({ via: 'SIP/2.0/TCP 10.9.9.9:1;branch=z9hG4bKt' }))
    const response = await peer.receive()
    assert.equal(statusOf(response), 200)
    assert.match(response ?? '', /;received=127\.0\.0\.1\r\n/)
  })

  test('two requests in one segment get two answers', async () => {
    const { connect, requests } = await setUp()
    const peer = await connect()
    peer.send(requestText() + requestText())
    await until(() => requests.length === 2)
  })

  test('RFC 5626 §3.5.1: a double line end is answered with a single one', async () => {
    const { connect } = await setUp()
    const peer = await connect()
    peer.send('\r\n\r\n')
    assert.equal(await peer.receive(), '\r\n')
  })

  test('a request goes down the connection that a request came by', async () => {
    const { connect, requests, sip, tcpPort } = await setUp()
    const peer = await connect()
    peer.send(requestText())
    await peer.receive()
    const flow = requests[0]!.flow
    assert.equal(sip.contactAddress(flow), `127.0.0.1:${tcpPort}`)
    assert.equal(sip.findFlow(flow), flow)
    const outcome = new Promise<RequestOutcome>((resolve) => {
      sip.request({ ...NOTIFY, destination: flow }, resolve)
    })
    const sent = (await peer.receive()) ?? ''
    assert.match(sent, new RegExp(`Via: SIP/2.0/TCP 127.0.0.1:${tcpPort};branch=z9hG4bK`))
    peer.send(okTo(sent))
    assert.equal((await outcome).kind, 'response')
  })

  test('a connection that ends is told, and fails the request that waits on it', async () => {
    const { connect, requests, sip, closed } = await setUp()
    const peer = await connect()
    peer.send(requestText())
    await peer.receive()
    const flow = requests[0]!.flow
    const outcome = new Promise<RequestOutcome>((resolve) => {
      sip.request({ ...NOTIFY, destination: flow }, resolve)
    })
    await peer.receive()
    peer.close()
    assert.equal((await outcome).kind, 'transport-error')
    assert.deepEqual(closed, [flow])
    assert.equal(flow.alive, false)
    assert.equal(sip.findFlow(flow), undefined)
    const afterwards = await new Promise<RequestOutcome>((resolve) => {
      sip.request({ ...NOTIFY, destination: flow }, resolve)
    })
    assert.equal(afterwards.kind, 'transport-error')
  })

  test('a peer that has said its last still gets its answer', async () => {
    const { connect, requests } = await setUp()
    const peer = await connect()
    peer.send(requestText({ method: 'PUBLISH' }))
    peer.end()
    await until(() => requests.length === 1 && !requests[0]!.flow.alive)
    requests[0]!.respond({ status: 200 })
    assert.equal(statusOf(await peer.receive()), 200)
    await peer.closed
  })

  for (const [what, text, status] of [
    ['a missing Content-Length', requestText().replace(/Content-Length.*\r\n/, ''), 400],
    ['a body beyond the limit', requestText().replace('Length: 0', 'Length: 99999999'), 413],
    ['a head beyond the limit', requestText({ headers: `X: ${'y'.repeat(70_000)}\r\n` }), 513],
  ] as const) {
    test(`RFC 3261 §18.3: ${what} is answered with ${status}, then the connection ends`, async () => {
      const { connect } = await setUp()
      const peer = await connect()
      peer.send(what.startsWith('a head') ? text.replace(/\r\n\r\n$/, '') : text)
      const answer = await peer.receive()
      // Of a head that is cut off within its fields nobody knows whom to answer in what.
      assert.equal(statusOf(answer), status)
      await peer.closed
    })
  }

  test('what is no SIP ends the connection', async () => {
    const { connect } = await setUp()
    const peer = await connect()
    peer.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await peer.closed
  })

  test('a message that does not end, and a connection that stays silent, are cut off in time', async () => {
    const clock = createManualClock()
    const { connect, sip, closed } = await setUp({ clock })
    const silent = await connect()
    const half = await connect()
    const healthy = await connect()
    half.send(requestText())
    healthy.send(requestText())
    await half.receive()
    await healthy.receive()
    half.send(requestText().slice(0, 50))
    await pause(20)
    clock.advance(30_000)
    await silent.closed
    await half.closed
    healthy.send(requestText())
    assert.equal(statusOf(await healthy.receive()), 200)
    assert.equal(closed.length, 2)
    await sip.stop()
  })

  test('half a message behind a whole one is cut off in time too', async () => {
    const clock = createManualClock()
    const { connect, sip } = await setUp({ clock })
    const slow = await connect()
    const whole = requestText()
    slow.send(whole.slice(0, 50))
    await pause(20)
    slow.send(whole.slice(50) + requestText().slice(0, 50))
    await slow.receive()
    clock.advance(30_000)
    clock.advance(30_000)
    await slow.closed
    await sip.stop()
  })

  test('a connection without a sign of life for long is closed', async () => {
    const clock = createManualClock()
    const { connect } = await setUp({ clock, limits: { idleTime: 100_000 } })
    const peer = await connect()
    peer.send(requestText())
    await peer.receive()
    clock.advance(100_000)
    await peer.closed
  })

  test('a peer that asks but does not read is cut off', async () => {
    const { connect, requests, sip } = await setUp({ limits: { unsentBytes: 100_000 } })
    const peer = await connect()
    peer.send(requestText())
    await peer.receive()
    peer.pause()
    const flow = requests[0]!.flow
    const failures: RequestOutcome[] = []
    const body = Buffer.alloc(50_000)
    for (let at = 0; at < 1000 && flow.alive; at++) {
      sip.request({ ...NOTIFY, destination: flow, body }, (outcome) => failures.push(outcome))
      if (at % 50 === 0) await pause(1)
    }
    assert.equal(flow.alive, false)
    await until(() => failures.length > 0)
    assert.equal(sip.load().client, 0)
  })

  test('connections beyond the limit are refused, those that are there go on', async () => {
    const { connect } = await setUp({ limits: { connections: 2 } })
    const first = await connect()
    await connect()
    const third = await connect()
    await third.closed
    first.send(requestText())
    assert.equal(statusOf(await first.receive()), 200)
  })
})

describe('connections that the endpoint opens', () => {
  async function proxy() {
    const sockets: Socket[] = []
    const texts: string[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.on('data', (bytes) => {
        for (const text of bytes.toString('latin1').split(/(?=NOTIFY sip)/)) {
          texts.push(text)
          if (text.startsWith('NOTIFY')) socket.write(okTo(text))
        }
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closers.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return { port: (server.address() as AddressInfo).port, sockets, texts }
  }

  test('RFC 3261 §18.1.1: one connection is opened and used again', async () => {
    const { sip } = await setUp()
    const { port, sockets } = await proxy()
    const destination = { transport: 'TCP', host: '127.0.0.1', port } as const
    const send = () =>
      new Promise<RequestOutcome>((resolve) => {
        sip.request({ ...NOTIFY, destination }, resolve)
      })
    const both = await Promise.all([send(), send()])
    const later = await send()
    for (const { kind } of [...both, later]) assert.equal(kind, 'response')
    assert.equal(sockets.length, 1)
    // A proxy that was restarted loses nobody.
    sockets[0]!.destroy()
    await pause(20)
    assert.equal((await send()).kind, 'response')
    assert.equal(sockets.length, 2)
  })

  test('RFC 3261 §18.1.1: beyond 1300 octets TCP is preferred, and UDP taken where there is none', async () => {
    const { sip, udpPort } = await setUp()
    const { port, texts } = await proxy()
    const body = Buffer.alloc(1200, 0x61)
    const large = { transport: 'UDP', host: '127.0.0.1', port, preferTcpWhenLarge: true } as const
    const outcome = await new Promise<RequestOutcome>((resolve) => {
      sip.request({ ...NOTIFY, destination: large, body }, resolve)
    })
    assert.equal(outcome.kind, 'response')
    assert.match(texts[0] ?? '', /Via: SIP\/2\.0\/TCP/)
    const peer = await udpPeer(udpPort)
    closers.push(() => {
      peer.close()
    })
    sip.request({ ...NOTIFY, destination: { ...large, port: peer.port }, body }, () => undefined)
    assert.match((await peer.receive()) ?? '', /Via: SIP\/2\.0\/UDP/)
    sip.request({ ...NOTIFY, destination: { ...large, port: peer.port } }, () => undefined)
    assert.match((await peer.receive()) ?? '', /Content-Length: 0/)
  })

  test('a connection that cannot be had fails the request', async () => {
    const { sip } = await setUp()
    const outcome = await new Promise<RequestOutcome>((resolve) => {
      sip.request(
        { ...NOTIFY, destination: { transport: 'TCP', host: '127.0.0.1', port: 1 } },
        resolve,
      )
    })
    assert.equal(outcome.kind, 'transport-error')
  })
})
