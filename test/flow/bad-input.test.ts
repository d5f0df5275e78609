/**
 * What strangers and broken programs send to the running service: the standard's own answer, and it goes on serving.
 *
 *   stranger                      Visage                     alice
 *      |                            |<------ PUT icon --------|
 *      |--- bad SIP, HTTP, XML ---->|                         |
 *      |<-- 400, 401, 409, 413 … ---|                         |
 *      |                            |<------ GET icon --------|
 *      |                            |------- 200, as before ->|
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import sharp from 'sharp'
import { mayMount, smallDisk } from '../store/support/store-folder.ts'
import { openSipClient } from '../support/sip-client.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { createXcapCaller, type XcapCaller } from '../xcap/support/xcap-caller.ts'

const XML = 'application/vnd.oma.pres-content+xml'
const HOME = '/xcap-root/oma_status-icon/users/sip:alice@localhost'
const CAPABILITIES = '/xcap-root/xcap-caps/global/index'
const RESIDENT_BYTES = 400 * 2 ** 20

let visage: VisageProcess
let call: XcapCaller
let png: Buffer

before(async () => {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#3366cc' } })
  png = await image.png().toBuffer()
  visage = await startVisage({ users: ['alice@localhost'] })
  call = createXcapCaller({ port: visage.httpPort, password: PASSWORD })
  assert.equal((await put('kept.png', png)).status, 201)
})

afterEach(async () => {
  assert.equal(visage.server.child.exitCode, null, 'the process is up')
  assert.deepEqual((await call('GET', `${HOME}/kept.png`)).body, png, 'nothing is lost')
  const sip = await openSipClient(visage.sipPort)
  sip.send(sipRequest({ method: 'OPTIONS', port: sip.port, branch: 'alive' }))
  await sip.receive(({ status }) => status === 200, 'an answer to OPTIONS')
  await sip.close()
  const status = readFileSync(`/proc/${visage.server.child.pid ?? 0}/status`, 'utf8')
  const resident = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
  assert.ok(resident < RESIDENT_BYTES, `${resident} bytes of memory`)
})

after(() => visage.end())

const put = (name: string, body: string | Uint8Array, type = 'image/png', password = PASSWORD) =>
  call('PUT', `${HOME}/${name}`, {
    as: 'alice',
    password,
    body,
    headers: { 'Content-Type': type },
  })

function sipRequest({
  method,
  port,
  branch,
  omit,
  more = [],
}: {
  method: string
  port: number
  branch: string
  omit?: string
  more?: readonly string[]
}): string {
  const lines = [
    `${method} sip:alice@localhost SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-${branch}-${randomUUID()}`,
    'Max-Forwards: 70',
    'From: <sip:stranger@elsewhere.test>;tag=1',
    'To: <sip:alice@localhost>',
    `Call-ID: ${randomUUID()}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:stranger@127.0.0.1:${port}>`,
    ...more,
    'Content-Length: 0',
  ]
  const kept = lines.filter((line) => omit === undefined || !line.startsWith(`${omit}:`))
  return `${kept.join('\r\n')}\r\n\r\n`
}

/** Status codes that text sent as it is gets, until the other side closes or falls silent. */
async function answersTo(text: string, { halfClose = false } = {}): Promise<string[]> {
  const socket = connect(visage.httpPort, '127.0.0.1')
  let received = ''
  socket.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')))
  socket.on('error', () => undefined)
  socket.setTimeout(500, () => socket.destroy())
  if (halfClose) socket.end(text)
  else socket.write(text)
  await once(socket, 'close')
  return [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status)
}

for (const omit of ['From', 'Call-ID', 'CSeq']) {
  test(`RFC 3261 §8.1.1: SIP without ${omit} gets 400`, async (t) => {
    const sip = await openSipClient(visage.sipPort)
    t.after(() => sip.close())
    sip.send(sipRequest({ method: 'SUBSCRIBE', port: sip.port, branch: `no-${omit}`, omit }))
    assert.equal((await sip.receive(({ status }) => status > 0)).status, 400)
  })
}

test('what is no SIP at all is never accepted, over UDP and over TCP', async (t) => {
  for (const transport of ['UDP', 'TCP'] as const) {
    const sip = await openSipClient(visage.sipPort, transport)
    t.after(() => sip.close())
    for (const text of ['\0\0\0\0', 'GET / HTTP/1.1\r\n\r\n', 'x'.repeat(60_000)]) sip.send(text)
    sip.send(Buffer.alloc(1_000, 0xff))
    assert.ok(sip.untaken().every(({ status }) => status >= 400))
  }
})

test('RFC 3261 §22: an unknown watcher, and one of an unknown user, are asked who they are', async (t) => {
  const sip = await openSipClient(visage.sipPort)
  t.after(() => sip.close())
  for (const user of ['alice', 'nobody']) {
    const request = sipRequest({
      ...{ method: 'SUBSCRIBE', port: sip.port, branch: `ask-${user}` },
      more: ['Event: presence', 'Expires: 600'],
    })
    sip.send(
      request
        .replaceAll('sip:alice@localhost', `sip:${user}@localhost`)
        .replaceAll('stranger@elsewhere.test', 'alice@localhost'),
    )
    const answer = await sip.receive(({ status }) => status >= 200)
    assert.equal(answer.status, 401, user)
    assert.match(answer.header('WWW-Authenticate') ?? '', /^Digest realm="localhost"/)
  }
})

const MALFORMED_HTTP: Record<string, [expected: string, text: string]> = {
  'no HTTP': ['400', '\x16\x03\x01\x02\x00\x01\x00'],
  'no Host': ['400', `GET ${CAPABILITIES} HTTP/1.1\r\n\r\n`],
  'two Hosts': ['400', `GET ${CAPABILITIES} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`],
  'two lengths': [
    '400',
    `PUT ${HOME}/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  ],
  'a length and chunks': [
    '400',
    `PUT ${HOME}/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  'a giant header': [
    '431',
    `GET ${CAPABILITIES} HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  ],
  'a giant address': ['414', `GET /xcap-root/${'a'.repeat(9_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
  'a way out of the root': [
    '400',
    `GET /xcap-root/xcap-caps/global/%2e%2e/index HTTP/1.1\r\nHost: a\r\n\r\n`,
  ],
}

for (const [what, [expected, text]] of Object.entries(MALFORMED_HTTP)) {
  test(`RFC 9112: ${what} gets ${expected}`, async () => {
    assert.deepEqual(await answersTo(text), [expected])
  })
}

test('half-closed connections: a whole request is answered, half a one ends', async () => {
  const whole = `GET ${CAPABILITIES} HTTP/1.1\r\nHost: a\r\n\r\n`
  assert.deepEqual(await answersTo(whole, { halfClose: true }), ['200'])
  assert.deepEqual(await answersTo('GET / HT', { halfClose: true }), ['400'])
  const half = `PUT ${HOME}/half HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc`
  assert.equal((await answersTo(half, { halfClose: true }))[0], '401')
})

test('slow connections: five hundred that never finish keep nobody else waiting', async (t) => {
  const slow = Array.from({ length: 500 }, () => connect(visage.httpPort, '127.0.0.1'))
  t.after(() => {
    for (const socket of slow) socket.destroy()
  })
  for (const socket of slow) {
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost')
  }
  await Promise.all(slow.map((socket) => once(socket, 'connect')))
  assert.equal((await call('GET', CAPABILITIES)).status, 200)
})

test('wrong credentials and unknown users: 401, and nothing that tells them apart', async () => {
  const wrong = await put('x.png', png, 'image/png', 'wrong')
  const nobody = await call('PUT', HOME.replace('alice', 'nobody') + '/x.png', {
    ...{ as: 'nobody', body: png, headers: { 'Content-Type': 'image/png' } },
  })
  assert.deepEqual([wrong.status, nobody.status], [401, 401])
  assert.equal(wrong.text, nobody.text)
})

test('RFC 9110 §15.5.14: an oversized body gets 413', async () => {
  assert.equal((await put('huge.png', Buffer.alloc(2 * 2 ** 20))).status, 413)
})

const BAD_ICONS: Record<string, [conflict: string, body: () => string | Buffer, type: string]> = {
  'an entity bomb': ['not-well-formed', () => '<!DOCTYPE c [<!ENTITY a "aa">]><c>&a;</c>', XML],
  'depth without end': ['constraint-failure', () => '<a>'.repeat(100_000), XML],
  'text that is no XML': ['not-well-formed', () => 'x', XML],
  'bytes that are no UTF-8': ['not-utf-8', () => Buffer.from('3cff3e', 'hex'), XML],
  'a PNG of 65535 × 65535': ['constraint-failure', () => enlarged(), 'image/png'],
  'half a PNG': ['constraint-failure', () => png.subarray(0, 60), 'image/png'],
}

function enlarged(): Buffer {
  const bomb = Buffer.from(png)
  bomb.writeUInt32BE(65_535, 16)
  bomb.writeUInt32BE(65_535, 20)
  return bomb
}

for (const [what, [conflict, body, type]] of Object.entries(BAD_ICONS)) {
  test(`RFC 4825 §11: ${what} gets 409 ${conflict}`, async () => {
    const answer = await put('bad', body(), type)
    assert.equal(answer.status, 409)
    assert.ok(answer.text.includes(`<${conflict}`), answer.text)
    assert.equal((await call('GET', `${HOME}/bad`)).status, 404)
  })
}

test(
  'RFC 4918 §11.5: on a full disk a PUT gets 507, what is stored is served, and with room it goes on',
  { skip: mayMount ? false : 'only root can mount a small disk' },
  async (t) => {
    const disk = await smallDisk(t, 32)
    const data = join(disk, 'data')
    const full = await startVisage({ config: { data } })
    t.after(() => full.end())
    await full.addUser('alice@localhost', '--data', data)
    const there = createXcapCaller({ port: full.httpPort, password: PASSWORD })
    const store = (name: string) =>
      there('PUT', `${HOME}/${name}`, {
        ...{ as: 'alice', body: png, headers: { 'Content-Type': 'image/png' } },
      })
    assert.equal((await store('first.png')).status, 201)
    const ballast = join(disk, 'ballast')
    await writeFile(ballast, Buffer.alloc(32 * 2 ** 20)).catch(() => undefined)
    let last = 201
    for (let n = 0; n < 400 && last === 201; n++) last = (await store(`${n}.png`)).status
    assert.equal(last, 507)
    assert.deepEqual((await there('GET', `${HOME}/first.png`)).body, png)
    await rm(ballast)
    await full.restart('SIGINT')
    assert.equal((await store('second.png')).status, 201)
    assert.deepEqual((await there('GET', `${HOME}/first.png`)).body, png)
  },
)
