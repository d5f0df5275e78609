/**
 * The endpoint over UDP on loopback.
 *
 *   peer                      endpoint
 *    |------- OPTIONS --------->|   handed over once
 *    |<------- 200 -------------|
 *    |------- OPTIONS --------->|   a retransmission: not handed over
 *    |<------- 200 -------------|
 */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Core } from 'sip.js'
import { createSipEndpoint } from '../../core/sip/create-sip-endpoint.ts'
import type { IncomingRequest, RequestOutcome } from '../../core/sip/sip-endpoint.ts'
import { silentLog } from '../../core/model/log.ts'
import {
  requestText,
  startEndpoint,
  statusOf,
  systemClock,
  udpPeer,
  type RawPeer,
  type TestEndpoint,
} from './raw-peer.ts'

const logger = new Core.LoggerFactory()
logger.builtinEnabled = false
const parserLog = logger.getLogger('oracle')

const NOTIFY = {
  method: 'NOTIFY',
  requestUri: 'sip:bob@127.0.0.1',
  headers:
    'From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\nCall-ID: c1\r\nCSeq: 7 NOTIFY\r\nMax-Forwards: 70\r\n',
}

describe('SIP over UDP', () => {
  let endpoint: TestEndpoint
  let peer: RawPeer
  let requests: IncomingRequest[]
  let turns: number[]

  before(async () => {
    endpoint = await startEndpoint()
    endpoint.sip.onRequest((request) => {
      requests.push(request)
      if (request.message.method === 'MESSAGE') throw new Error('a fault of ours')
      request.respond({ status: 200, headers: 'X-Own: ä\r\n', body: Buffer.from('hello') })
    })
    endpoint.sip.onTurnEnd(() => {
      turns.push(requests.length)
    })
    peer = await udpPeer(endpoint.udpPort)
  })
  beforeEach(() => {
    requests = []
    turns = []
  })
  after(async () => {
    peer.close()
    await endpoint.sip.stop()
  })

  test('RFC 3261 §17.2.2: a retransmission is answered, not handed over', async () => {
    const text = requestText()
    peer.send(text)
    const first = await peer.receive()
    peer.send(text)
    assert.equal(await peer.receive(), first)
    assert.equal(requests.length, 1)
  })

  test('RFC 3581 §4: rport is filled and received added', async () => {
    peer.send(requestText({ via: 'SIP/2.0/UDP 10.1.1.1:9;rport;branch=z9hG4bKrp;x=1' }))
    const via = /^Via: (.*)$/m.exec((await peer.receive()) ?? '')?.[1]?.trim()
    assert.equal(
      via,
      `SIP/2.0/UDP 10.1.1.1:9;rport=${peer.port};branch=z9hG4bKrp;x=1;received=127.0.0.1`,
    )
  })

  test('RFC 3261 §18.2.1: without rport received is added only where sent-by differs', async () => {
    peer.send(requestText({ via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bKsame` }))
    assert.doesNotMatch((await peer.receive()) ?? 'received', /received|rport/)
    peer.send(requestText({ via: 'SIP/2.0/UDP host.invalid;branch=z9hG4bKother;received=6.6.6.6' }))
    const response = (await peer.receive()) ?? ''
    assert.match(response, /branch=z9hG4bKother;received=127\.0\.0\.1\r\n/)
    assert.doesNotMatch(response, /6\.6\.6\.6|rport/)
  })

  test('RFC 3261 §18.2.2: a peer that names its own address gets the answer at the port of its Via', async () => {
    const other = await udpPeer(endpoint.udpPort)
    peer.send(requestText({ via: `SIP/2.0/UDP 127.0.0.1:${other.port};branch=z9hG4bKport` }))
    assert.equal(statusOf(await other.receive()), 200)
    other.close()
  })

  test('RFC 3261 §8.2.6.2: all Via values, From, Call-ID and CSeq come back, To with a tag', async () => {
    const via =
      'SIP/2.0/UDP 127.0.0.1:1;rport;branch=z9hG4bKa, SIP/2.0/TCP b.example;branch=z9hG4bKb'
    peer.send(requestText({ via, callId: 'echo', headers: 'v: SIP/2.0/UDP c.example\r\n' }))
    const response = (await peer.receive()) ?? ''
    assert.match(
      response,
      /, SIP\/2\.0\/TCP b\.example;branch=z9hG4bKb\r\nVia: SIP\/2\.0\/UDP c\.example\r\n/,
    )
    assert.match(response, /\r\nFrom: <sip:bob@example\.com>;tag=from1\r\n/)
    assert.match(response, /\r\nTo: <sip:alice@example\.com>;tag=[0-9a-f]{16}\r\n/)
    assert.match(response, /\r\nCall-ID: echo\r\nCSeq: 1 OPTIONS\r\n/)
    assert.ok(response.endsWith('Content-Length: 5\r\n\r\nhello'))
  })

  test('RFC 3261 §8.2.6.2: a To that has a tag keeps it', async () => {
    peer.send(requestText({ toTag: 'mine' }))
    assert.match((await peer.receive()) ?? '', /\r\nTo: <sip:alice@example\.com>;tag=mine\r\n/)
  })

  test('RFC 3261 §8.2.7: INVITE is refused with 405 and Allow, the same each time, and ACK swallowed', async () => {
    const invite = requestText({ method: 'INVITE' })
    peer.send(invite)
    const refusal = await peer.receive()
    assert.equal(statusOf(refusal), 405)
    assert.match(refusal ?? '', /\r\nAllow: OPTIONS\r\n/)
    peer.send(invite)
    assert.equal(await peer.receive(), refusal)
    peer.send(invite.replaceAll('INVITE', 'ACK'))
    peer.send(requestText())
    assert.equal(statusOf(await peer.receive()), 200)
    assert.equal(requests.length, 1)
  })

  test('RFC 3261 §9.2: CANCEL gets 481', async () => {
    peer.send(requestText({ method: 'CANCEL' }))
    assert.equal(statusOf(await peer.receive()), 481)
  })

  test('RFC 3261 §8.2.2.2: a merged request gets 482', async () => {
    peer.send(requestText({ callId: 'merge' }))
    assert.equal(statusOf(await peer.receive()), 200)
    peer.send(requestText({ callId: 'merge' }))
    assert.equal(statusOf(await peer.receive()), 482)
    assert.equal(requests.length, 1)
  })

  test('keep-alives, STUN, noise and stray responses are dropped, and the next request is served', async () => {
    for (const noise of ['\r\n\r\n', '\r\n', '', '\0', 'x', 'hello there, how are you'])
      peer.send(noise)
    peer.send(Buffer.from('000100002112a442' + '00'.repeat(12), 'hex'))
    peer.send(requestText().replace(/^.*/, 'SIP/2.0 200 OK'))
    peer.send(Buffer.alloc(60_000, 0x41))
    peer.send(requestText({ callId: 'after-noise' }))
    assert.match((await peer.receive()) ?? '', /after-noise/)
  })

  test('a fault in one request does not take the others of its turn with it', async () => {
    peer.send(requestText({ method: 'MESSAGE' }))
    peer.send(requestText())
    assert.equal(statusOf(await peer.receive()), 200)
  })

  test('messages of one turn are handed over together, then the turn ends', async () => {
    for (let at = 0; at < 5; at++) peer.send(requestText())
    for (let at = 0; at < 5; at++) await peer.receive()
    assert.equal(turns.at(-1), 5)
    assert.ok(turns.length <= 5)
  })

  test('a request goes down the flow, its 200 comes back; sip.js can read both', async () => {
    peer.send(requestText())
    await peer.receive()
    const destination = requests[0]!.flow
    const outcome = new Promise<RequestOutcome>((resolve) => {
      endpoint.sip.request({ ...NOTIFY, destination, body: Buffer.from('état') }, resolve)
    })
    const notify = (await peer.receive()) ?? ''
    const parsed = Core.Parser.parseMessage(notify, parserLog)
    assert.equal(parsed?.method, 'NOTIFY')
    assert.equal(parsed.viaBranch, /branch=(z9hG4bK[^\r]*)/.exec(notify)?.[1])
    peer.send(
      notify
        .replace(/^.*/, 'SIP/2.0 200 OK')
        .replace(/\r\n\r\n[^]*/, '\r\n\r\n')
        .replace(/Content-Length: \d+/, 'l: 0'),
    )
    const result = await outcome
    assert.ok(result.kind === 'response' && result.response.status === 200)
  })

  test('what the endpoint answers parses in sip.js', async () => {
    for (const method of ['OPTIONS', 'INVITE', 'CANCEL']) {
      peer.send(requestText({ method }))
      const response = (await peer.receive()) ?? ''
      const parsed = Core.Parser.parseMessage(response, parserLog)
      assert.equal(parsed?.callId, /^Call-ID: (.*)\r$/m.exec(response)?.[1])
      assert.equal(parsed?.cseq, 1)
    }
  })

  test('a request to an address finds a UDP flow; one to nowhere fails', async () => {
    const destination = { transport: 'UDP', host: '127.0.0.1', port: peer.port } as const
    const outcome = new Promise<RequestOutcome>((resolve) => {
      endpoint.sip.request({ ...NOTIFY, destination }, resolve)
    })
    const sent = (await peer.receive()) ?? ''
    peer.send(sent.replace(/^.*/, 'SIP/2.0 481 Gone'))
    const result = await outcome
    assert.ok(result.kind === 'response' && result.response.status === 481)
    const nowhere = { transport: 'UDP', host: '2001:db8::1', port: 5060 } as const
    const failed = await new Promise<RequestOutcome>((resolve) => {
      endpoint.sip.request({ ...NOTIFY, destination: nowhere }, resolve)
    })
    assert.equal(failed.kind, 'transport-error')
  })

  test('a flow that was stored is found again', () => {
    const record = {
      transport: 'UDP',
      localAddress: '127.0.0.1',
      localPort: endpoint.udpPort,
      remoteAddress: '127.0.0.1',
      remotePort: 40_000,
    }
    assert.equal(endpoint.sip.findFlow(record)?.remotePort, 40_000)
    assert.equal(endpoint.sip.findFlow({ ...record, transport: 'TCP' }), undefined)
    assert.equal(endpoint.sip.findFlow({ ...record, transport: 'WS' }), undefined)
  })

  test('beyond the limit of transactions new requests get 503 with Retry-After', async () => {
    const small = await startEndpoint({ limits: { serverTransactions: 1 } })
    small.sip.onRequest((request) => {
      request.respond({ status: 200 })
    })
    const client = await udpPeer(small.udpPort)
    client.send(requestText())
    assert.equal(statusOf(await client.receive()), 200)
    client.send(requestText())
    const refusal = await client.receive()
    assert.equal(statusOf(refusal), 503)
    assert.match(refusal ?? '', /\r\nRetry-After: (?:[5-9]|1[0-4])\r\n/)
    client.close()
    await small.sip.stop()
  })
})

describe('listeners', () => {
  const parts = { clock: systemClock, log: silentLog, allow: 'OPTIONS' }

  test('start opens all or none and names the address that is taken', async () => {
    const holder = createSocket('udp4').bind(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address()
    const sip = createSipEndpoint({
      ...parts,
      listeners: [
        { transport: 'TCP', address: '127.0.0.1', port: 0 },
        { transport: 'UDP', address: '127.0.0.1', port },
      ],
    })
    await assert.rejects(sip.start(), {
      message: `udp:127.0.0.1:${port} is taken`,
      code: 'EADDRINUSE',
    })
    assert.deepEqual(sip.addresses(), [])
    holder.close()
  })

  test('the address of another machine is refused by name', async () => {
    const sip = createSipEndpoint({
      ...parts,
      listeners: [{ transport: 'TCP', address: '192.0.2.1', port: 5060 }],
    })
    await assert.rejects(sip.start(), {
      message: 'tcp:192.0.2.1:5060 is no address of this machine',
    })
  })

  test('an advertised address stands in Contact and Via', async () => {
    const { sip } = await startEndpoint({
      listeners: [
        { transport: 'UDP', address: '127.0.0.1', port: 0, advertise: 'sip.example.com:7000' },
        { transport: 'UDP', address: '127.0.0.1', port: 0, advertise: 'other.example.com' },
      ],
    })
    const [first, second] = sip.addresses()
    const local = { transport: 'UDP', localAddress: '127.0.0.1' } as const
    assert.equal(sip.contactAddress({ ...local, localPort: first!.port }), 'sip.example.com:7000')
    assert.equal(
      sip.contactAddress({ ...local, localPort: second!.port }),
      `other.example.com:${second!.port}`,
    )
    const peer = await udpPeer(first!.port)
    const destination = { transport: 'UDP', host: '127.0.0.1', port: peer.port } as const
    sip.request({ ...NOTIFY, destination }, () => undefined)
    assert.match(
      (await peer.receive()) ?? '',
      /\r\nVia: SIP\/2\.0\/UDP sip\.example\.com:7000;rport;/,
    )
    peer.close()
    await sip.stop()
  })

  test('IPv6: brackets in Contact, answers to an IPv6 peer', async () => {
    const { sip } = await startEndpoint({
      listeners: [{ transport: 'UDP', address: '[::1]', port: 0 }],
    })
    sip.onRequest((request) => {
      request.respond({ status: 200 })
    })
    const port = sip.addresses()[0]!.port
    const end = { transport: 'UDP', localAddress: '::1', localPort: port } as const
    assert.equal(sip.contactAddress(end), `[::1]:${port}`)
    const socket = createSocket('udp6')
    socket.send(
      requestText({ via: 'SIP/2.0/UDP [2001:db8::1]:9;rport;branch=z9hG4bK6' }),
      port,
      '::1',
    )
    const [answer] = (await once(socket, 'message')) as [Buffer]
    assert.match(answer.toString(), /\[2001:db8::1\]:9;rport=\d+;branch=z9hG4bK6;received=::1\r\n/)
    socket.close()
    await sip.stop()
  })
})
