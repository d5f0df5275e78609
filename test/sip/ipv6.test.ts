/** The endpoint at ::1 over every transport: brackets, answers, connections of its own. RFC 3261 §18, RFC 5118. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { connect as connectTls } from 'node:tls'
import type { IncomingRequest } from '../../core/sip/sip-endpoint.ts'
import type { TransportName } from '../../core/sip/transport.ts'
import { authority } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import {
  requestText,
  startEndpoint,
  startOne,
  statusOf,
  udpPeer,
  webSocketPeer,
} from './raw-peer.ts'

/** Sends the message and gives the first thing that comes back. */
type Ask = (port: number, message: string) => Promise<string>

const overStream = async (socket: ReturnType<typeof connect>, message: string) => {
  socket.write(message)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return answer.toString()
}

const overWebSocket = async (url: string, message: string) => {
  const peer = await webSocketPeer(url)
  peer.send(message)
  const answer = await peer.receive()
  peer.close()
  return answer ?? ''
}

const ask: Readonly<Record<TransportName, Ask>> = {
  async UDP(port, message) {
    const socket = createSocket('udp6')
    socket.send(message, port, '::1')
    const [answer] = (await once(socket, 'message')) as [Buffer]
    socket.close()
    return answer.toString()
  },
  TCP: (port, message) => overStream(connect({ host: '::1', port }), message),
  TLS: (port, message) => overStream(connectTls({ host: '::1', port, ca: authority }), message),
  WS: (port, message) => overWebSocket(`ws://[::1]:${port}`, message),
  WSS: (port, message) => overWebSocket(`wss://[::1]:${port}`, message),
}

async function setUp(t: TestContext, transport: TransportName) {
  const { sip, port } = await startOne(transport, { trusted: () => [authority] }, '[::1]')
  t.after(() => sip.stop())
  const requests: IncomingRequest[] = []
  sip.onRequest((request) => {
    requests.push(request)
    request.respond({ status: 200 })
  })
  return { sip, port, requests }
}

for (const transport of Object.keys(ask) as TransportName[]) {
  test(`RFC 5118: over IPv6 ${transport} a request is answered, and Contact has brackets`, async (t) => {
    const { sip, port, requests } = await setUp(t, transport)
    const via = `SIP/2.0/${transport} [2001:db8::9]:5060;branch=z9hG4bK6;rport`
    const answer = await ask[transport](port, requestText({ via }))
    assert.equal(statusOf(answer), 200)
    // RFC 7118 §5.3 leaves it out.
    const received = transport.startsWith('WS') ? /branch=z9hG4bK6;rport\r\n/ : /;received=::1\r\n/
    assert.match(answer, received)
    const flow = requests[0]!.flow
    assert.equal(flow.remoteAddress, '::1')
    assert.equal(sip.contactAddress(flow), `[::1]:${port}`)
  })
}

for (const transport of ['UDP', 'TCP', 'TLS'] as const) {
  test(`RFC 3261 §18.1.1: a request of ours goes to an IPv6 address over ${transport}`, async (t) => {
    const [from, to] = [await setUp(t, transport), await setUp(t, transport)]
    const outcome = await new Promise<string>((resolve) => {
      from.sip.request(
        {
          method: 'OPTIONS',
          requestUri: `sip:[::1]:${to.port}`,
          destination: { transport, host: '::1', port: to.port },
          headers:
            'From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c6\r\nCSeq: 7 OPTIONS\r\nMax-Forwards: 70\r\n',
        },
        ({ kind }) => {
          resolve(kind)
        },
      )
    })
    assert.equal(outcome, 'response')
    const { host, port, transport: named } = to.requests[0]!.message.topVia
    assert.deepEqual([named, host, port], [transport, '::1', from.port])
  })
}

test('beside a listener on all IPv4 addresses, whoever comes by IPv6 gets a Contact of IPv6, and an IPv4 peer is sent to by IPv4', async (t) => {
  const port = await freePort()
  const listeners = ['[::]', '0.0.0.0'].flatMap((address) => [
    { transport: 'UDP' as const, address, port, advertise: address === '[::]' ? 'six' : 'four' },
    { transport: 'TCP' as const, address, port, advertise: address === '[::]' ? 'six' : 'four' },
  ])
  for (const order of [listeners, listeners.toReversed()]) {
    const { sip } = await startEndpoint({ listeners: order })
    t.after(() => sip.stop())
    const contact = (transport: TransportName, localAddress: string) =>
      sip.contactAddress({ transport, localAddress, localPort: port })
    for (const transport of ['UDP', 'TCP'] as const) {
      assert.equal(contact(transport, transport === 'UDP' ? '::' : '::1'), `six:${port}`)
      assert.equal(
        contact(transport, transport === 'UDP' ? '0.0.0.0' : '127.0.0.1'),
        `four:${port}`,
      )
    }
    const peer = await udpPeer(port)
    t.after(() => {
      peer.close()
    })
    const destination = { transport: 'UDP', host: '127.0.0.1', port: peer.port } as const
    sip.request({ method: 'NOTIFY', requestUri: 'sip:a@x', headers: '', destination }, () => {})
    assert.match((await peer.receive()) ?? '', /^Via: SIP\/2\.0\/UDP four:/m)
    await sip.stop()
  }
})
