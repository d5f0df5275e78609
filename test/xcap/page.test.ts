/** The buddy-list page at `/`: from memory, compressed, cached, shut in by its Content-Security-Policy. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { compressPage } from '../../scripts/compress-page.mjs'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const SCRIPT = `console.log(${JSON.stringify('a picture of everybody '.repeat(100))})`
const INDEX = '<!doctype html><title>Visage</title><script type="module" src="/assets/app-1.js">'
const ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>'
const APP = '/assets/app-1.js'

let folder: string
let service: XcapService

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'visage-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), INDEX)
  await writeFile(join(folder, 'favicon.svg'), ICON)
  await writeFile(join(folder, 'assets/app-1.js'), SCRIPT)
  await writeFile(join(folder, 'assets/app-1.js.map'), '{}')
  compressPage(folder)
  service = await startXcapService({ pageFolder: folder })
})

after(async () => {
  await service.end()
  await rm(folder, { recursive: true })
})

test('the page is at /, and browsers ask each time whether it is another', async () => {
  const got = await service.call('GET', '/')
  assert.equal(got.status, 200)
  assert.equal(got.text, INDEX)
  assert.equal(got.headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(got.headers['cache-control'], 'no-cache')
  assert.equal((await service.call('GET', '/?from=elsewhere')).text, INDEX)
  const icon = await service.call('GET', '/favicon.svg')
  assert.equal(icon.headers['content-type'], 'image/svg+xml')
  assert.equal(icon.headers['cache-control'], 'no-cache')
})

test('RFC 8246: what is named by its content is kept for ever', async () => {
  const got = await service.call('GET', APP)
  assert.equal(got.status, 200)
  assert.equal(got.text, SCRIPT)
  assert.equal(got.headers['content-type'], 'text/javascript; charset=utf-8')
  assert.equal(got.headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.equal(got.headers['x-content-type-options'], 'nosniff')
})

test('RFC 9110 §12.5.3: Accept-Encoding chooses what comes compressed, and the tag with it', async () => {
  const table: [accept: string | undefined, coding: string | undefined][] = [
    [undefined, undefined],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['GZIP;q=0.5, br;q=0.1', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['identity, gzip;q=0.5', undefined],
    ['gzip;q=0', undefined],
    ['deflate', undefined],
    ['', undefined],
    ['br;q=loud', undefined],
  ]
  const plain = (bytes: Buffer) => bytes
  const decode = { br: brotliDecompressSync, gzip: gunzipSync }
  const tags = new Map<string, string>()
  for (const [accept, coding] of table) {
    const headers = accept === undefined ? {} : { 'Accept-Encoding': accept }
    const got = await service.call('GET', APP, { headers })
    assert.equal(got.headers['content-encoding'], coding, accept)
    assert.equal(got.headers.vary, 'Accept-Encoding')
    assert.equal(got.headers['content-length'], String(got.body.length))
    const open = coding === undefined ? plain : decode[coding as 'br' | 'gzip']
    assert.equal(open(got.body).toString(), SCRIPT, accept)
    tags.set(coding ?? 'plain', got.headers.etag ?? '')
  }
  assert.equal(new Set(tags.values()).size, 3)
})

test('RFC 9110 §13: a tag that still holds is 304, HEAD gives the length alone', async () => {
  for (const [path, accept] of [
    [APP, 'br'],
    [APP, 'identity'],
    ['/', 'br'],
  ] as const) {
    const headers = { 'Accept-Encoding': accept }
    const got = await service.call('GET', path, { headers })
    const tag = got.headers.etag ?? ''
    assert.match(tag, /^"[\w-]+"$/)
    const again = await service.call('GET', path, { headers: { ...headers, 'If-None-Match': tag } })
    assert.deepEqual([again.status, again.headers.etag, again.text], [304, tag, ''])
    const head = await service.call('HEAD', path, { headers })
    assert.equal(head.headers['content-length'], got.headers['content-length'])
    assert.equal(head.text, '')
  }
})

test('what is not of the page is 404, what is not a reading is 405 with Allow', async () => {
  for (const path of [
    '/assets/app-2.js',
    '/assets/app-1.js/',
    '/assets/app-1.js.map',
    '/assets/app-1.js.br',
    '/assets/',
    '/assets/..%2findex.html',
    '/assets/../index.html',
    '/index.html',
    '//',
    '/nothing',
  ]) {
    assert.equal((await service.call('GET', path)).status, 404, path)
  }
  for (const path of ['/', APP]) {
    for (const method of ['PUT', 'POST', 'DELETE']) {
      const got = await service.call(method, path, { body: '' })
      assert.deepEqual([got.status, got.headers.allow], [405, 'GET, HEAD, OPTIONS'], path)
    }
  }
  assert.equal((await service.call('POST', '/nothing', { body: '' })).status, 404)
})

test('CSP: the page takes everything from its own place, and pictures from where icons are', async () => {
  const other = await startXcapService({
    pageFolder: folder,
    publicUrl: 'https://sip.example.com/visage',
    icons: { publicUrl: 'https://icons.example.com' },
  })
  const { headers } = await other.call('GET', '/')
  await other.end()
  const policy = new Map(
    String(headers['content-security-policy'])
      .split('; ')
      .map((directive) => [directive.split(' ')[0], directive]),
  )
  const images = "img-src 'self' blob: https://icons.example.com https://sip.example.com"
  assert.equal(policy.get('img-src'), images)
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]) {
    assert.ok([...policy.values()].includes(directive), directive)
  }
  assert.match(String(headers['permissions-policy']), /camera=\(self\), microphone=\(\)/)
  assert.equal(headers['referrer-policy'], 'same-origin')
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
})

test('the page stands before nothing that softphones ask for', async () => {
  const caps = await service.call('GET', '/xcap-root/xcap-caps/global/index')
  assert.equal(caps.headers['content-type'], 'application/xcap-caps+xml')
  assert.equal((await service.call('GET', '/i/x.png')).status, 404)
  assert.equal((await service.call('GET', '/icons/alice@example.com')).status, 404)
})

test('CSP: what somebody stored is no page of ours, should a browser show it', async () => {
  const home = 'users/sip:alice@example.com/oma_status-icon/evil'
  const target = `/xcap-root/org.openmobilealliance.pres-content/${home}`
  const body =
    '<content xmlns="urn:oma:xml:prs:pres-content"><mime-type>image/gif</mime-type><encoding>base64</encoding>' +
    '<data>R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7</data><script xmlns="http://www.w3.org/1999/xhtml">steal()</script></content>'
  const headers = { 'Content-Type': 'application/vnd.oma.pres-content+xml' }
  assert.equal((await service.call('PUT', target, { as: 'alice', headers, body })).status, 201)
  for (const path of [target, `${target}/~~/content/*%5b4%5d`]) {
    const got = await service.call('GET', path)
    assert.match(got.text, /steal/)
    assert.equal(got.headers['content-security-policy'], "default-src 'none'; sandbox")
  }
  await service.call('DELETE', target, { as: 'alice' })
})

test('without a page / is 404; where it should be and was not built, that is said', async () => {
  const none = await startXcapService()
  assert.equal((await none.call('GET', '/')).status, 404)
  await none.end()
  const unbuilt = await startXcapService({ pageFolder: join(folder, 'nowhere') })
  const got = await unbuilt.call('GET', '/')
  assert.equal(got.status, 503)
  assert.match(got.text, /npm run build/)
  assert.equal((await unbuilt.call('GET', '/xcap-root/xcap-caps/global/index')).status, 200)
  await unbuilt.end()
})
