/** Conditional requests, as a table. RFC 9110 §13, RFC 4825 §7.11. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, beforeEach, test } from 'node:test'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const XML = 'application/vnd.oma.pres-content+xml'
const SEED = '/xcap-root/oma_status-icon/users/sip:alice@example.com/conditional'
const OMA =
  '/xcap-root/org.openmobilealliance.pres-content/users/sip:alice@example.com/oma_status-icon/conditional'

let service: XcapService
let xml: Buffer
/** The present tag, without quotes. */
let tag: string

before(async () => {
  service = await startXcapService()
  xml = await readFile(new URL('../fixtures/xcap/icon-png-1x1.xml', import.meta.url))
})

after(() => service.end())

beforeEach(async () => {
  const put = await service.call('PUT', OMA, {
    as: 'alice',
    body: xml,
    headers: { 'Content-Type': XML },
  })
  tag = (put.headers.etag ?? '').replaceAll('"', '')
})

const READS: [condition: string, value: () => string, seedStatus: number][] = [
  ['If-None-Match', () => `"${tag}"`, 304],
  ['If-None-Match', () => `W/"${tag}"`, 304],
  ['If-None-Match', () => tag, 304],
  ['If-None-Match', () => '*', 304],
  ['If-None-Match', () => `"other", "${tag}"`, 304],
  ['If-None-Match', () => `"other",W/"${tag}" , "third"`, 304],
  ['If-None-Match', () => `other, ${tag}`, 304],
  ['If-None-Match', () => '"other"', 200],
  ['If-None-Match', () => `"${tag}-xml"`, 200],
  ['If-None-Match', () => `"${tag}x"`, 200],
  ['If-None-Match', () => '', 200],
  ['If-None-Match', () => '"', 200],
  ['If-Match', () => `"${tag}"`, 200],
  ['If-Match', () => tag, 200],
  ['If-Match', () => '*', 200],
  ['If-Match', () => `"a,b", "${tag}"`, 200],
  ['If-Match', () => `W/"${tag}"`, 412],
  ['If-Match', () => '"other"', 412],
]

for (const method of ['GET', 'HEAD']) {
  test(`RFC 9110 §13.1: conditions of a ${method}`, async () => {
    for (const [condition, value, expected] of READS) {
      const headers = { [condition]: value() }
      const got = await service.call(method, SEED, { headers })
      assert.equal(got.status, expected, `${condition}: ${value()}`)
      // A 304 names the version that the client may go on using. RFC 9110 §15.4.5
      assert.equal(got.headers.etag, `"${tag}"`)
      if (expected !== 412) assert.equal(got.headers.vary, 'Accept')
      if (expected === 304) assert.equal(got.body.length, 0)
    }
  })
}

const WRITES: [condition: string, value: () => string, holds: boolean][] = [
  ['If-Match', () => `"${tag}"`, true],
  ['If-Match', () => tag, true],
  ['If-Match', () => `"${tag}-xml"`, true],
  ['If-Match', () => `"${tag}-img"`, true],
  ['If-Match', () => `"other", "${tag}"`, true],
  ['If-Match', () => '*', true],
  ['If-Match', () => '"other"', false],
  ['If-Match', () => `W/"${tag}"`, false],
  ['If-Match', () => '', false],
  ['If-None-Match', () => '"other"', true],
  ['If-None-Match', () => '*', false],
  ['If-None-Match', () => `"${tag}"`, false],
  ['If-None-Match', () => `W/"${tag}"`, false],
  ['If-None-Match', () => `"${tag}-img"`, false],
]

test('RFC 4825 §7.11: conditions of a PUT, of identical content too', async () => {
  for (const [condition, value, holds] of WRITES) {
    const put = await service.call('PUT', OMA, {
      as: 'alice',
      body: xml,
      headers: { 'Content-Type': XML, [condition]: value() },
    })
    assert.equal(put.status, holds ? 200 : 412, `${condition}: ${value()}`)
    const before = tag
    tag = (put.headers.etag ?? '').replaceAll('"', '')
    assert.equal(tag !== before, holds, 'a new version has a new tag, a refused one the old')
  }
})

test('RFC 4825 §7.11: conditions of a DELETE', async () => {
  const refused = await service.call('DELETE', SEED, {
    as: 'alice',
    headers: { 'If-Match': '"other"' },
  })
  assert.equal(refused.status, 412)
  assert.equal((await service.call('GET', SEED)).status, 200)
  const done = await service.call('DELETE', SEED, {
    as: 'alice',
    headers: { 'If-Match': `"${tag}"` },
  })
  assert.equal(done.status, 200)
  assert.equal(done.headers.etag, undefined)
})

test('RFC 9110 §13.1: a document that is not there', async () => {
  const absent = `${OMA}-absent`
  const put = (headers: Record<string, string>) =>
    service.call('PUT', absent, {
      as: 'alice',
      body: xml,
      headers: { 'Content-Type': XML, ...headers },
    })
  assert.equal((await put({ 'If-Match': '*' })).status, 412)
  assert.equal((await put({ 'If-Match': '"any"' })).status, 412)
  assert.equal((await put({ 'If-None-Match': '*' })).status, 201)
  assert.equal((await put({ 'If-None-Match': '*' })).status, 412)
  assert.equal((await service.call('DELETE', absent, { as: 'alice' })).status, 200)
  assert.equal((await service.call('DELETE', absent, { as: 'alice' })).status, 404)
})

test('one tag per document: the other representation carries it with a suffix', async () => {
  const read = (url: string, accept?: string) =>
    service.call('GET', url, accept === undefined ? {} : { headers: { Accept: accept } })
  const etags = [
    (await read(SEED)).headers.etag,
    (await read(SEED, XML)).headers.etag,
    (await read(OMA)).headers.etag,
    (await read(OMA, 'image/*')).headers.etag,
  ]
  assert.deepEqual(etags, [`"${tag}"`, `"${tag}-xml"`, `"${tag}"`, `"${tag}-img"`])
})

test('RFC 9110 §12.5.1: Accept chooses the representation', async () => {
  const cases: [url: string, accept: string, type: string][] = [
    [SEED, '*/*', 'image/png'],
    [SEED, 'text/html', 'image/png'],
    [SEED, 'image/avif,image/webp,*/*;q=0.8', 'image/png'],
    [SEED, `${XML}, */*;q=0.1`, XML],
    [SEED, `image/png;q=0.5, ${XML}`, XML],
    [SEED, `image/png, ${XML}`, 'image/png'],
    [SEED, 'application/*', XML],
    [SEED, `${XML};q=0, */*`, 'image/png'],
    [SEED, 'APPLICATION/VND.OMA.PRES-CONTENT+XML', XML],
    [OMA, '*/*', XML],
    [OMA, 'image/*', 'image/png'],
    [OMA, 'image/png', 'image/png'],
    [OMA, 'image/avif,image/webp,image/*,*/*;q=0.8', 'image/png'],
    [OMA, 'image/jpeg', XML],
    [OMA, `image/png;q=nonsense, ${XML};q=0.1`, XML],
  ]
  for (const [url, accept, type] of cases) {
    const got = await service.call('GET', url, { headers: { Accept: accept } })
    assert.equal(got.headers['content-type'], type, accept)
    const head = await service.call('HEAD', url, { headers: { Accept: accept } })
    assert.equal(head.headers['content-length'], String(got.body.length))
    assert.equal(head.headers.etag, got.headers.etag)
    assert.equal(head.body.length, 0)
  }
})

test('Blink: If-None-Match with *, then the cycle by tags, without quotes too', async () => {
  const url = OMA.replace(/[^/]*$/, 'index')
  const put = (condition: Record<string, string>) =>
    service.call('PUT', url, {
      as: 'alice',
      body: xml,
      headers: { 'Content-Type': XML, ...condition },
    })
  const created = await put({ 'If-None-Match': '*' })
  assert.equal(created.status, 201)
  assert.equal((await put({ 'If-None-Match': '*' })).status, 412)
  const read = await service.call('GET', url, { headers: { Accept: XML } })
  assert.equal(read.headers.etag, created.headers.etag)
  const unquoted = (read.headers.etag ?? '').replaceAll('"', '')
  const unchanged = await service.call('GET', url, { headers: { 'If-None-Match': unquoted } })
  assert.equal(unchanged.status, 304)
  const replaced = await put({ 'If-Match': unquoted })
  assert.equal(replaced.status, 200)
  assert.equal((await put({ 'If-Match': unquoted })).status, 412)
})

test('forty clients that change one document by its tag lose no update', async () => {
  const authorization = { 'X-3GPP-Asserted-Identity': '"sip:alice@example.com"' }
  const trusting = await startXcapService({ assertedFrom: (address) => address === '127.0.0.1' })
  const body = (count: number) =>
    xml.toString().replace('<data>', `<description>${count}</description><data>`)
  const put = (count: number, condition: Record<string, string>) =>
    trusting.call('PUT', OMA, {
      body: body(count),
      headers: { ...authorization, 'Content-Type': XML, ...condition },
    })
  assert.equal((await put(0, { 'If-None-Match': '*' })).status, 201)
  const increment = async () => {
    for (;;) {
      const read = await trusting.call('GET', OMA)
      const count = Number(/<description>(\d+)</.exec(read.text)?.[1])
      const outcome = await put(count + 1, { 'If-Match': read.headers.etag ?? '' })
      if (outcome.status === 200) return
      assert.equal(outcome.status, 412)
    }
  }
  await Promise.all(Array.from({ length: 40 }, increment))
  const last = await trusting.call('GET', OMA)
  assert.match(last.text, /<description>40</)
  await trusting.end()
})

test('a GET that gets 412 calls its text a text, not an image (RFC 9110 §15.5.13)', async () => {
  const refused = await service.call('GET', SEED, { headers: { 'If-Match': '"other"' } })
  assert.equal(refused.status, 412)
  assert.match(refused.headers['content-type'] ?? '', /^text\/plain/)
  assert.equal(refused.headers.etag, `"${tag}"`)
})
