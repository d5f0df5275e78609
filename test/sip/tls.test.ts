/** The endpoint over TLS on loopback: handshakes, certificates by name and anew, and whom it trusts itself. RFC 3261 §26.2; RFC 5922. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, test } from 'node:test'
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls'
import type { SipEndpointParts } from '../../core/sip/create-sip-endpoint.ts'
import { DEFAULT_SIP_LIMITS } from '../../core/sip/limits.ts'
import type { Destination, IncomingRequest, RequestOutcome } from '../../core/sip/sip-endpoint.ts'
import { readCertificateFiles } from '../../service/certificate-files.ts'
import {
  authority,
  certificatePaths,
  certificates,
  type CertificateName,
} from '../support/certificates.ts'
import { requestText, startOne, statusOf, tcpPeer, tlsPeer } from './raw-peer.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const VIA = 'SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bK'
let branches = 0
const options = () => requestText({ via: `${VIA}${branches++}` })

async function setUp(parts: Partial<SipEndpointParts> = {}) {
  const { sip, port } = await startOne('TLS', { trusted: () => [authority], ...parts })
  closers.push(() => sip.stop())
  const requests: IncomingRequest[] = []
  sip.onRequest((request) => {
    requests.push(request)
    request.respond({ status: 200 })
  })
  const peer = async (of?: Parameters<typeof tlsPeer>[1]) => {
    const opened = await tlsPeer(port, of)
    closers.push(() => {
      opened.close()
    })
    return opened
  }
  return { sip, port, requests, peer }
}

describe('SIP over TLS', () => {
  test('RFC 3261 §18.2.2: a request is answered down its own connection', async () => {
    const { sip, port, requests, peer } = await setUp()
    const client = await peer()
    client.send(options())
    assert.equal(statusOf(await client.receive()), 200)
    const flow = requests[0]!.flow
    assert.equal(flow.transport, 'TLS')
    assert.equal(sip.contactAddress(flow), `127.0.0.1:${port}`)
    assert.equal(sip.findFlow({ ...flow }), flow)
    assert.equal(sip.findFlow({ ...flow, transport: 'TCP' }), undefined)
  })

  test('RFC 5626 §3.5.1: a double line end is answered with a single one', async () => {
    const { peer } = await setUp()
    const client = await peer()
    client.send('\r\n\r\n')
    assert.equal(await client.receive(), '\r\n')
  })

  test('handshakes that fail, end or never begin harm nobody', async () => {
    const { port, peer } = await setUp({ limits: { ...DEFAULT_SIP_LIMITS, handshakeTime: 500 } })
    const inClear = await tcpPeer(port)
    inClear.send(options())
    const gone = connect(port, '127.0.0.1')
    await once(gone, 'connect')
    gone.destroy()
    const silent = await tcpPeer(port)
    await Promise.all([inClear.closed, silent.closed])
    const client = await peer()
    client.send(options())
    assert.equal(statusOf(await client.receive()), 200)
  })

  test('RFC 8996: TLS 1.1 is not spoken', async () => {
    const { port } = await setUp()
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const
    await assert.rejects(tlsPeer(port, old), /protocol version|unsupported protocol|no protocols/i)
  })

  test('more connections from one address than allowed are refused, until one of them ends', async () => {
    const limits = { ...DEFAULT_SIP_LIMITS, connectionsPerAddress: 1 }
    const { port, peer } = await setUp({ limits })
    const first = await peer()
    await (
      await tcpPeer(port)
    ).closed
    first.close()
    await pause(20)
    const next = await peer()
    next.send(options())
    assert.equal(statusOf(await next.receive()), 200)
  })
})

async function certificateFor(port: number, servername?: string): Promise<string> {
  const socket = connectTls({
    ...{ port, host: '127.0.0.1', rejectUnauthorized: false },
    ...(servername !== undefined && { servername }),
  })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return [subject.CN].flat().join()
}

describe('certificates of a listener', () => {
  const listening = async (tls: ReturnType<typeof certificates>) => {
    const { sip, port } = await startOne('TLS', {
      listeners: [{ transport: 'TLS', address: '127.0.0.1', port: 0, tls }],
    })
    closers.push(() => sip.stop())
    return port
  }

  test('RFC 6066 §3: the name that the client asks for chooses the certificate; the first is for all others', async () => {
    const port = await listening(certificates('localhost', 'chat', 'calls'))
    const table = {
      'chat.example.com': 'chat.example.com',
      'CALLS.example.com': 'calls.example.com',
      'one.calls.example.com': 'calls.example.com',
      'other.example.com': 'localhost.example.com',
    }
    for (const [name, common] of Object.entries(table)) {
      assert.equal(await certificateFor(port, name), common, name)
    }
    assert.equal(await certificateFor(port), 'localhost.example.com')
  })

  test('new files are for new connections; those that are open go on; what does not fit changes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'visage-tls-'))
    closers.push(() => {
      rmSync(folder, { recursive: true })
    })
    const files = { certificate: join(folder, 'c.pem'), key: join(folder, 'c.key') }
    const put = (name: CertificateName, which: 'certificate' | 'key') => {
      copyFileSync(certificatePaths(name)[which], files[which])
    }
    put('localhost', 'certificate')
    put('localhost', 'key')
    const tls = readCertificateFiles([files], 'tls')
    const { sip, port } = await startOne('TLS', {
      listeners: [{ transport: 'TLS', address: '127.0.0.1', port: 0, tls }],
    })
    closers.push(() => sip.stop())
    sip.onRequest((request) => {
      request.respond({ status: 200 })
    })
    const old = await tlsPeer(port)
    put('chat', 'certificate')
    assert.throws(tls.reload, /certificate and key do not fit/)
    assert.equal(await certificateFor(port), 'localhost.example.com')
    put('chat', 'key')
    tls.reload()
    assert.equal(await certificateFor(port), 'chat.example.com')
    assert.equal(await certificateFor(port, 'chat.example.com'), 'chat.example.com')
    old.send(options())
    assert.equal(statusOf(await old.receive()), 200)
    old.close()
  })
})

const NOTIFY = {
  method: 'NOTIFY',
  requestUri: 'sip:bob@127.0.0.1',
  headers:
    'From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\nCall-ID: c1\r\nCSeq: 7 NOTIFY\r\nMax-Forwards: 70\r\n',
}

/** A proxy that shows this certificate and says 200 to everything. */
async function proxy(name: CertificateName) {
  const sockets: TLSSocket[] = []
  const { usual } = certificates(name)
  const server = createServer(usual, (socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      const head = bytes.toString().split('\r\n\r\n')[0] ?? ''
      received.push(head)
      socket.write(`${head.replace(/^.*/, 'SIP/2.0 200 OK')}\r\n\r\n`)
    })
  })
  const received: string[] = []
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { port, received, sockets }
}

describe('connections that the endpoint opens over TLS', () => {
  const ask = ({ sip }: Pick<Awaited<ReturnType<typeof setUp>>, 'sip'>, to: Destination) =>
    new Promise<RequestOutcome>((resolve) => {
      sip.request({ ...NOTIFY, destination: to }, resolve)
    })
  const to = (host: string, port: number) => ({ transport: 'TLS', host, port }) as const

  test('RFC 5922 §7.3: a proxy that proves its name gets the request, and the next one down the same connection', async () => {
    const endpoint = await setUp()
    const { port, received, sockets } = await proxy('localhost')
    for (let count = 0; count < 2; count++) {
      const outcome = await ask(endpoint, to('localhost', port))
      assert.equal(outcome.kind, 'response')
    }
    assert.match(
      received[0] ?? '',
      new RegExp(`\r\nVia: SIP/2\\.0/TLS 127\\.0\\.0\\.1:${endpoint.port};`),
    )
    assert.equal(sockets.length, 1)
    // It proved to be localhost, not that address: another name is another connection.
    assert.equal((await ask(endpoint, to('127.0.0.1', port))).kind, 'response')
    assert.equal(sockets.length, 2)
  })

  test('RFC 5922 §7.3: a proxy with the certificate of another domain hears nothing', async () => {
    const endpoint = await setUp()
    const { port, received } = await proxy('chat')
    const outcome = await ask(endpoint, to('localhost', port))
    assert.equal(outcome.kind, 'transport-error')
    assert.deepEqual(received, [])
  })

  test('a proxy whose certificate nobody trusted has signed hears nothing', async () => {
    const endpoint = await setUp({ trusted: () => undefined })
    const { port, received } = await proxy('localhost')
    assert.equal((await ask(endpoint, to('localhost', port))).kind, 'transport-error')
    assert.deepEqual(received, [])
  })

  test('without a listener for TLS none is opened', async () => {
    const { sip } = await startOne('TCP')
    closers.push(() => sip.stop())
    assert.equal((await ask({ sip }, to('127.0.0.1', 5061))).kind, 'transport-error')
  })
})
