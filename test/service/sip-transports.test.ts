/** The whole service over every transport: subscriptions, flows that die, certificates replaced, WebSocket beside HTTP. RFC 3261 §18, §26.2; RFC 7118. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { WebSocket } from 'ws'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { openTlsFiles } from '../../service/tls-files.ts'
import { createPhone, pidf, type Phone } from '../presence/phone.ts'
import { authority, certificatePaths, type CertificateName } from '../support/certificates.ts'
import { openSipClient } from '../support/sip-client.ts'
import type { SipClientTransport } from '../support/sip-wires.ts'

const TRANSPORTS = ['UDP', 'TCP', 'TLS', 'WS', 'WSS'] as const
const ALICE = 'sip:alice@localhost'
const noted = (note: string) =>
  pidf(ALICE, 'open').replace('</tuple>', `<note>${note}</note></tuple>`)

function folderOf(t: Closers): string {
  const folder = mkdtempSync(join(tmpdir(), 'visage-transports-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  return folder
}

/** A test, or the file. */
interface Closers {
  after(close: () => unknown): unknown
}

async function start(t: Closers, flags: { sip?: object; http?: object; limits?: object } = {}) {
  const folder = folderOf(t)
  const configuration = readConfiguration({
    environment: {},
    folder,
    flags: {
      domains: ['localhost'],
      http: { listen: '127.0.0.1:0', ...flags.http },
      sip: {
        listen: TRANSPORTS.map((transport) => `${transport.toLowerCase()}:127.0.0.1:0`),
        tls: certificatePaths('localhost'),
        ...flags.sip,
      },
      admin: { listen: [] },
      limits: flags.limits ?? {},
    },
  })
  const visage = await startVisage(configuration, { log: silentLog, clock: systemClock })
  t.after(() => visage.stop())
  for (const address of ['alice', 'bob']) {
    await visage.accounts.add({ address: `${address}@localhost`, password: 'secret' })
  }
  const portOf = (transport: string) => {
    const address = visage.addresses.sip.find((one) =>
      one.startsWith(`${transport.toLowerCase()}:`),
    )
    return Number(address?.split(':').at(-1))
  }
  const httpPort = Number(visage.addresses.http[0]?.split(':').at(-1))
  const phones =
    (test: Closers) =>
    async (user: string, transport: SipClientTransport, port = portOf(transport)) => {
      const client = await openSipClient(port, transport)
      test.after(() => client.close())
      return createPhone(client, user, 'localhost', 'secret')
    }
  return { visage, portOf, httpPort, phones }
}

/** One for all tests that want nothing special of it. */
let common: Awaited<ReturnType<typeof start>>
const closers: (() => unknown)[] = []
before(async () => {
  const file = { after: (close: () => unknown) => closers.push(close) }
  common = await start(file, { sip: { webSocketOrigins: 'https://app.example' } })
})
after(async () => {
  for (const close of closers.reverse()) await close()
})

function setUp(t: TestContext) {
  return { ...common, phone: common.phones(t) }
}

/** Two NOTIFYs: that of the subscription, and that of a change. */
async function hears(bob: Phone, alice: Phone, note: string): Promise<string> {
  const { response } = await bob.subscribe(ALICE)
  assert.equal(response.status, 200)
  await bob.notify()
  await alice.publish(noted(note))
  const notify = await bob.notify()
  assert.ok(notify.body.includes(note))
  return response.header('contact') ?? ''
}

for (const transport of TRANSPORTS) {
  test(`visage serve --sip ${transport.toLowerCase()}: a watcher subscribes and is notified down its own flow, by a Contact of that transport`, async (t) => {
    const { phone, portOf } = setUp(t)
    const alice = await phone('alice', 'UDP')
    const contact = await hears(await phone('bob', transport), alice, transport)
    const parameter = { UDP: '', TCP: ';transport=tcp', TLS: ';transport=tls' } as const
    const wanted =
      transport === 'WS' || transport === 'WSS' ? ';transport=ws' : parameter[transport]
    assert.equal(contact, `<sip:127.0.0.1:${portOf(transport)}${wanted}>`)
  })
}

test('RFC 3261 §12.1.1: whoever came by sips gets a Contact with sips', async (t) => {
  const { phone, portOf } = setUp(t)
  const bob = await phone('bob', 'TLS')
  const contact = `<sips:bob@127.0.0.1:${bob.client.port}>`
  const headers = ['Event: presence', 'Expires: 600']
  const response = await bob.request('SUBSCRIBE', { uri: 'sips:alice@localhost', headers, contact })
  assert.equal(response.header('contact'), `<sips:127.0.0.1:${portOf('TLS')}>`)
  assert.equal((await bob.notify()).header('contact'), `<sips:127.0.0.1:${portOf('TLS')}>`)
})

for (const transport of ['TLS', 'WS', 'WSS'] as const) {
  test(`DESIGN 7: a subscription whose ${transport} connection has ended is parked until a refresh arrives on another`, async (t) => {
    const { phone } = setUp(t)
    const alice = await phone('alice', 'UDP')
    const bob = await phone('bob', transport)
    const dialog = await bob.subscribe(ALICE)
    await bob.notify()
    await bob.client.close()
    await alice.publish(noted('while away'))
    const again = await phone('bob', transport)
    assert.equal((await again.refresh(dialog, 600, 50)).status, 200)
    assert.match((await again.notify()).body, /while away/)
    await alice.publish(noted('later'))
    assert.match((await again.notify()).body, /later/)
  })
}

test('RFC 7118 §5: NOTIFY goes down the WebSocket of the dialog; the .invalid of its Contact is never asked for', async (t) => {
  const { phone, httpPort } = setUp(t)
  const [alice, bob] = [await phone('alice', 'UDP'), await phone('bob', 'WS', httpPort)]
  const contact = '<sip:bob@df7jal23ls0d.invalid;transport=ws;ob>'
  const headers = ['Event: presence', 'Expires: 600', 'Supported: outbound']
  const response = await bob.request('SUBSCRIBE', { uri: ALICE, headers, contact })
  assert.equal(response.header('contact'), `<sip:127.0.0.1:${httpPort};transport=ws>`)
  const first = await bob.notify()
  assert.match(first.startLine, /^NOTIFY sip:bob@df7jal23ls0d\.invalid;transport=ws;ob SIP/)
  await alice.publish(noted('down the WebSocket'))
  assert.match((await bob.notify()).body, /down the WebSocket/)
})

test('DESIGN 7: a route set that leads over a WebSocket leads nowhere from here: NOTIFY takes the flow, with both Routes in order', async (t) => {
  const { phone } = setUp(t)
  const bob = await phone('bob', 'TCP')
  const routes = ['<sip:127.0.0.1:9;transport=ws;r2=on;lr>', '<sip:198.51.100.1:5060;r2=on;lr>']
  const recorded = routes.map((route) => `Record-Route: ${route}`)
  const { response } = await bob.subscribe(ALICE, ['Expires: 600', ...recorded])
  assert.deepEqual(response.headers('record-route'), routes)
  assert.deepEqual((await bob.notify()).headers('route'), routes)
})

test('RFC 3261 §12.2.1.1: the route set of a proxy over TLS is followed by the connection that it opened', async (t) => {
  const { phone } = setUp(t)
  const [alice, bob] = [await phone('alice', 'UDP'), await phone('bob', 'TLS')]
  const recorded = 'Record-Route: <sip:127.0.0.1:1;transport=tls;lr>'
  await bob.subscribe(ALICE, ['Expires: 600', recorded])
  await bob.notify()
  await alice.publish(noted('by the proxy'))
  assert.match((await bob.notify()).body, /by the proxy/)
})

test('SIP over WebSocket is at /ws and /sip of the HTTP listeners, beside XCAP', async (t) => {
  const { visage, httpPort } = setUp(t)
  for (const path of ['ws', 'sip', 'ws?x=1']) {
    const webSocket = new WebSocket(`ws://127.0.0.1:${httpPort}/${path}`, 'sip')
    await once(webSocket, 'open')
    webSocket.terminate()
  }
  const base = `http://127.0.0.1:${httpPort}`
  assert.equal((await fetch(`${base}/ws`)).status, 426)
  assert.equal((await fetch(`${visage.addresses.xcapRoot}/xcap-caps/global/index`)).status, 200)
  const elsewhere = new WebSocket(`${base.replace('http', 'ws')}/xcap-root`, 'sip')
  const [error] = (await once(elsewhere, 'error')) as [Error]
  assert.match(error.message, /404/)
})

test('RFC 9110 §7.8: a request that also asks for another protocol is answered as if it had not, body and all', async (t) => {
  const { visage, httpPort } = setUp(t)
  const headers = {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABk',
  }
  const ask = async (method: string, path: string, body = '') => {
    const options = { host: '127.0.0.1', port: httpPort, method, path }
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
    const asked = httpRequest({ ...options, headers: { ...headers, ...length } })
    asked.end(body)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const chunks = (await answer.toArray()) as Buffer[]
    return { status: answer.statusCode, text: Buffer.concat(chunks).toString() }
  }
  const root = new URL(visage.addresses.xcapRoot).pathname
  const caps = await ask('GET', `${root}/xcap-caps/global/index`)
  assert.equal(caps.status, 200)
  assert.match(caps.text, /<auids>/)
  const home = `${root}/resource-lists/users/${ALICE}/index`
  assert.equal((await ask('PUT', home, 'x'.repeat(100_000))).status, 401)
})

test('http.trustProxy: the client of a WebSocket is whom a trusted proxy says, and counts for its limit', async (t) => {
  const limits = { sipConnectionsPerAddress: 1 }
  const { httpPort } = await start(t, { http: { trustProxy: '127.0.0.1' }, limits })
  const open = async (address: string) => {
    const headers = { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' }
    const webSocket = new WebSocket(`ws://127.0.0.1:${httpPort}/ws`, 'sip', { headers })
    t.after(() => {
      webSocket.terminate()
    })
    await once(webSocket, 'open')
  }
  await open('192.0.2.1')
  await open('192.0.2.2')
  await assert.rejects(open('192.0.2.1'), /503/)
})

test('sip.webSocketOrigins: pages of other hosts connect only when they are named', async (t) => {
  const { httpPort } = setUp(t)
  const open = async (origin: string) => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${httpPort}/ws`, 'sip', { origin })
    await once(webSocket, 'open')
    webSocket.terminate()
  }
  await open('https://app.example')
  await assert.rejects(open('https://evil.example'), /403/)
})

async function commonName(port: number, servername = 'localhost'): Promise<string> {
  const socket = connectTls({
    host: '127.0.0.1',
    port,
    servername,
    ca: authority,
    checkServerIdentity: () => undefined,
  })
  await once(socket, 'secureConnect')
  const { CN } = socket.getPeerCertificate().subject
  socket.destroy()
  return [CN].flat().join()
}

function movable(t: Closers) {
  const folder = folderOf(t)
  const files = { certificate: join(folder, 'c.pem'), key: join(folder, 'c.key') }
  const put = (name: CertificateName) => {
    copyFileSync(certificatePaths(name).certificate, files.certificate)
    copyFileSync(certificatePaths(name).key, files.key)
  }
  return { files, put }
}

test('the name that the client asks for chooses the certificate; after a reload new connections see the new one, old ones go on', async (t) => {
  const { files, put } = movable(t)
  put('localhost')
  const tls = [files, certificatePaths('calls')]
  const http = { listen: { address: '127.0.0.1:0', tls } }
  const { visage, portOf, httpPort, phones } = await start(t, { sip: { tls }, http })
  const secure = [portOf('TLS'), portOf('WSS'), httpPort]
  const phone = phones(t)
  const [alice, bob] = [await phone('alice', 'UDP'), await phone('bob', 'TLS')]
  for (const port of secure) {
    assert.equal(await commonName(port, 'calls.example.com'), 'calls.example.com')
    assert.equal(await commonName(port, 'nobody.example.com'), 'localhost.example.com')
  }
  put('chat')
  visage.reload()
  for (const port of secure) assert.equal(await commonName(port), 'chat.example.com')
  await hears(bob, alice, 'still here')
})

test('files that change are read again by themselves', async (t) => {
  const { files, put } = movable(t)
  put('localhost')
  const listen = [{ address: { host: '127.0.0.1', port: 0 }, tls: [files] }]
  const http = { listen } as unknown as Parameters<typeof openTlsFiles>[0]['http']
  const sip = { listen: [] } as unknown as Parameters<typeof openTlsFiles>[0]['sip']
  const tls = openTlsFiles({ http, sip }, { log: silentLog, lookEvery: 10 })
  t.after(tls.close)
  const before = tls.http[0]?.usual.cert
  const replaced: string[] = []
  tls.http[0]?.onReplaced(() => replaced.push('yes'))
  put('chat')
  for (let rounds = 0; rounds < 200 && replaced.length === 0; rounds++) await pause(10)
  assert.notDeepEqual(tls.http[0]?.usual.cert, before)
})
