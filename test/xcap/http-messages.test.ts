/** HTTP as it comes over the wire: old, odd, broken, too large, cut off. RFC 9110, RFC 9112. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import { rawRequest, statusOf } from './support/raw-request.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const XML = 'application/vnd.oma.pres-content+xml'
const ALICE = '/xcap-root/oma_status-icon/users/sip:alice@example.com'

let service: XcapService
let xml: Buffer

before(async () => {
  service = await startXcapService()
  xml = await readFile(new URL('../fixtures/xcap/icon-png-1x1.xml', import.meta.url))
  const put = await service.call('PUT', `${ALICE}/photo`, {
    as: 'alice',
    body: xml,
    headers: { 'Content-Type': XML },
  })
  assert.equal(put.status, 201)
})

after(() => service.end())

const raw = (text: string, port = service.port) => rawRequest(port, text)
const CLOSE = 'Host: x\r\nConnection: close\r\n\r\n'

test('every answer: a length, never chunks, nosniff, the server by name', async () => {
  const targets = [`${ALICE}/photo`, `${ALICE}/missing`, '/', '/xcap-root/xcap-caps/global/index']
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'OPTIONS']) {
    for (const target of targets) {
      const got = await service.call(method, target)
      const where = `${method} ${target} ${got.status}`
      assert.match(got.headers['content-length'] ?? '', /^\d+$/, where)
      assert.equal(got.headers['transfer-encoding'], undefined, where)
      assert.equal(got.headers['x-content-type-options'], 'nosniff', where)
      assert.equal(got.headers['server'], 'Visage/0.0.0-test', where)
      assert.equal(got.headers['x-powered-by'], undefined, where)
      assert.equal(got.headers['access-control-allow-origin'], '*', where)
      assert.equal(got.headers['access-control-allow-credentials'], undefined, where)
    }
  }
})

test('RFC 9110 §8.6: a 204 says no length', async () => {
  for (const method of ['GET', 'DELETE']) {
    const reply = await raw(`${method} /session HTTP/1.1\r\n${CLOSE}`)
    assert.equal(statusOf(reply), 204)
    assert.doesNotMatch(reply, /Content-Length|Transfer-Encoding/i)
  }
})

test('RFC 9112 §9.6: Connection: close is honoured, and HTTP/1.0 served', async () => {
  const closed = await raw(`GET ${ALICE}/photo HTTP/1.1\r\n${CLOSE}`)
  assert.equal(statusOf(closed), 200)
  assert.match(closed, /\r\nConnection: close\r\n/i)
  const old = await raw(`GET ${ALICE}/photo HTTP/1.0\r\n\r\n`)
  assert.equal(statusOf(old), 200)
  assert.match(old, /\r\nContent-Length: 70\r\n/)
})

test('RFC 9112 §3.2.2: the target may be a whole URL', async () => {
  const reply = await raw(`GET http://example.com${ALICE}/photo HTTP/1.1\r\n${CLOSE}`)
  assert.equal(statusOf(reply), 200)
  const write = await raw(`PUT http://example.com${ALICE}/photo HTTP/1.1\r\n${CLOSE}`)
  assert.equal(statusOf(write), 401)
})

test('malformed requests get the answer of the standard, and the next client is served', async () => {
  const cases: [request: string, status: number][] = [
    [`GET ${ALICE}/%zz HTTP/1.1\r\n${CLOSE}`, 400],
    [`GET ${ALICE}/%00 HTTP/1.1\r\n${CLOSE}`, 400],
    [`GET ${ALICE}/%ff HTTP/1.1\r\n${CLOSE}`, 400],
    [`GET ${ALICE}/../../../../etc/passwd HTTP/1.1\r\n${CLOSE}`, 400],
    [`GET ${ALICE}/%2e%2e%2f%2e%2e%2fetc HTTP/1.1\r\n${CLOSE}`, 400],
    [`GET /xcap-root/../../etc/passwd HTTP/1.1\r\n${CLOSE}`, 404],
    [`PUT ${ALICE}/%zz HTTP/1.1\r\n${CLOSE}`, 400],
    [`GET /icons/%zz HTTP/1.1\r\n${CLOSE}`, 404],
    [`POST /icons/%zz HTTP/1.1\r\n${CLOSE}`, 404],
    [`GET /i/%zz HTTP/1.1\r\n${CLOSE}`, 404],
    [`GET /%zz HTTP/1.1\r\n${CLOSE}`, 404],
    [`GET ${ALICE}/${'x'.repeat(9000)} HTTP/1.1\r\n${CLOSE}`, 414],
    [`PUT ${ALICE}/${'x'.repeat(9000)} HTTP/1.1\r\n${CLOSE}`, 414],
    [`GET ${ALICE}/photo HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`, 400],
    [`GET ${ALICE}/photo HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`, 400],
    [`GET ${ALICE}/photo HTTP/1.1\r\nHost: user@evil/\r\nConnection: close\r\n\r\n`, 400],
    [`GET ${ALICE}/photo HTTP/1.1\r\nConnection: close\r\n\r\n`, 400],
    [`NONSENSE\r\n\r\n`, 400],
    [`FOO ${ALICE}/photo HTTP/1.1\r\n${CLOSE}`, 400],
    [`PUT ${ALICE}/photo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n${CLOSE}`, 400],
    [`PUT ${ALICE}/photo HTTP/1.1\r\nContent-Length: -1\r\n${CLOSE}`, 400],
    [`GET ${ALICE}/photo HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n${CLOSE}`, 431],
    [`OPTIONS * HTTP/1.1\r\n${CLOSE}`, 404],
  ]
  for (const [request, status] of cases) {
    const reply = await raw(request)
    assert.equal(statusOf(reply), status, request.slice(0, 100))
    assert.doesNotMatch(reply, /node_modules|\.ts:|at \w+ \(/)
  }
  assert.equal((await service.call('GET', `${ALICE}/photo`)).status, 200)
})

const asserted = (changes = {}) =>
  startXcapService({ assertedFrom: (address) => address === '127.0.0.1', ...changes })
const ASSERTED = 'X-3GPP-Asserted-Identity: "sip:alice@example.com"\r\n'

test('RFC 9110 §15.5.14: too much content is refused as announced, and while it streams', async () => {
  const trusting = await asserted()
  const head = `PUT ${ALICE}/large HTTP/1.1\r\nHost: x\r\n${ASSERTED}Content-Type: ${XML}\r\n`
  const announced = await raw(`${head}Content-Length: 9999999999\r\n\r\n<content`, trusting.port)
  assert.equal(statusOf(announced), 413)
  assert.match(announced, /\r\nConnection: close\r\n/i)
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  const streamed = await raw(
    `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`,
    trusting.port,
  )
  assert.equal(statusOf(streamed), 413)
  assert.equal((await trusting.call('GET', `${ALICE}/large`)).status, 404)
  await trusting.end()
})

test('an upload that is cut off stores nothing and harms nobody', async () => {
  const trusting = await asserted()
  for (const request of [
    `PUT ${ALICE}/cut HTTP/1.1\r\nHost: x\r\n${ASSERTED}Content-Type: ${XML}\r\nContent-Length: 500\r\n\r\n<cont`,
    `POST /icons/alice@example.com HTTP/1.1\r\nHost: x\r\n${ASSERTED}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500\r\n\r\n--b\r\n`,
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect(trusting.port, '127.0.0.1', () => {
        socket.write(request, () => {
          socket.destroy()
        })
      })
      socket.on('close', () => {
        resolve()
      })
    })
  }
  assert.equal((await trusting.call('GET', `${ALICE}/cut`)).status, 404)
  await trusting.end()
})

test('Jitsi: Content-Encoding: UTF-8 is tolerated, a real compression is 415', async () => {
  const put = (coding: string) =>
    service.call('PUT', `${ALICE}/sip_communicator`, {
      as: 'alice',
      body: xml,
      headers: { 'Content-Type': XML, 'Content-Encoding': coding },
    })
  assert.equal((await put('UTF-8')).status, 201)
  assert.equal((await put('utf-8')).status, 200)
  assert.equal((await put('gzip')).status, 415)
  assert.equal((await put('deflate')).status, 415)
  const read = await service.call('GET', `${ALICE}/sip_communicator`)
  assert.equal(read.headers['content-type'], 'image/png', 'a watcher takes the body as the image')
  assert.equal(
    (await service.call('DELETE', `${ALICE}/sip_communicator`, { as: 'alice' })).status,
    200,
  )
})

test('CORS: a page of any origin may ask, and sees tags and challenges', async () => {
  const preflight = await service.call('OPTIONS', `${ALICE}/photo`, {
    headers: {
      Origin: 'https://softphone.example',
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'authorization,if-match,content-type',
    },
  })
  assert.equal(preflight.status, 200)
  assert.match(preflight.headers['access-control-allow-methods'] ?? '', /GET, PUT, DELETE/)
  const allowed = preflight.headers['access-control-allow-headers'] ?? ''
  for (const name of ['Authorization', 'If-Match', 'If-None-Match', 'Content-Type', 'Accept']) {
    assert.ok(allowed.includes(name), name)
  }
  const got = await service.call('GET', `${ALICE}/photo`)
  assert.match(got.headers['access-control-expose-headers'] ?? '', /ETag, WWW-Authenticate/)
})

test('a store in trouble: 503 with Retry-After, 507 when it is full, nothing of the inside', async () => {
  const table = [
    ['failed', 503],
    ['closed', 503],
    ['full', 507],
  ] as const
  for (const [trouble, status] of table) {
    const broken = () => {
      throw new StoreUnavailable(trouble, '/secret/path')
    }
    const failing = await asserted()
    const documents = {
      ...failing.store.documents,
      metadata: broken,
      put: () => Promise.resolve().then(broken),
      delete: () => Promise.resolve().then(broken),
    }
    const other = await asserted({ documents })
    const headers = { 'X-3GPP-Asserted-Identity': '"sip:alice@example.com"', 'Content-Type': XML }
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const got = await other.call(method, `${ALICE}/x`, {
        headers,
        ...(method === 'PUT' && { body: xml }),
      })
      assert.equal(got.status, status, method)
      assert.doesNotMatch(got.text, /secret/)
      if (status === 503) assert.equal(got.headers['retry-after'], '10')
    }
    await failing.end()
    await other.end()
  }
})

test('an error nobody thought of is 500 without a stack trace', async () => {
  const failing = await startXcapService()
  const documents = {
    ...failing.store.documents,
    metadata: () => Promise.reject(new Error('secret detail')),
  }
  const other = await startXcapService({ documents })
  const got = await other.call('GET', `${ALICE}/x`)
  assert.equal(got.status, 500)
  assert.doesNotMatch(got.text, /secret|at /)
  await failing.end()
  await other.end()
})
