/** Pages of other origins, with credentials of their own: what a browser must be told before a request, and with every answer. Fetch standard, CORS. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { parseAor } from '../../core/uri/aor.ts'
import type { XcapCaller } from './support/xcap-caller.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const ORIGIN = { Origin: 'https://softphone.example' }
const ICON = '/xcap-root/oma_status-icon/users/sip:alice@example.com/face'
const LISTS = '/xcap-root/resource-lists/users/sip:alice@example.com/index'
const LIST = { 'Content-Type': 'application/resource-lists+xml' }
const PNG = { 'Content-Type': 'image/png' }
const PERSON = '/icons/alice@example.com'

let service: XcapService
let image: Buffer
let tag: string
let announced: string

before(async () => {
  service = await startXcapService()
  image = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#3366cc' } })
    .png()
    .toBuffer()
  const put = await service.call('PUT', ICON, { as: 'alice', headers: PNG, body: image })
  tag = put.headers.etag ?? ''
  const current = await service.store.documents.currentIcon(parseAor('alice@example.com')!)
  announced = `/i/${current!.token}.png`
})

after(() => service.end())

const wordsIn = (field: string | undefined) => (field ?? '').split(',').map((word) => word.trim())

test('CORS: every address says before each request that it may be made, to pages of any origin', async () => {
  const table: [target: string, methods: string[]][] = [
    [ICON, ['GET', 'HEAD', 'PUT', 'DELETE']],
    [LISTS, ['GET', 'HEAD', 'PUT', 'DELETE']],
    [`${LISTS}/~~/resource-lists/list%5b@name=%22friends%22%5d`, ['GET', 'PUT', 'DELETE']],
    ['/xcap-root/xcap-caps/global/index', ['GET', 'HEAD']],
    [announced, ['GET', 'HEAD']],
    [PERSON, ['GET', 'HEAD', 'POST']],
    ['/u/alice@example.com', ['GET', 'HEAD']],
  ]
  for (const [target, methods] of table) {
    for (const method of methods) {
      const asked = {
        ...ORIGIN,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization,content-type,if-match,if-none-match',
      }
      const { status, headers, text } = await service.call('OPTIONS', target, { headers: asked })
      assert.deepEqual([status, text], [200, ''], target)
      assert.equal(headers['access-control-allow-origin'], '*')
      assert.ok(wordsIn(headers['access-control-allow-methods']).includes(method), target)
      assert.deepEqual(wordsIn(headers['access-control-allow-headers']), [
        'Authorization',
        'If-Match',
        'If-None-Match',
        'Content-Type',
        'Accept',
      ])
      assert.equal(headers['www-authenticate'], undefined, 'a browser asks without credentials')
    }
  }
})

test('CORS: whatever the answer is, the page may read it, its tag and its challenge', async () => {
  const form =
    '--x\r\nContent-Disposition: form-data; name="icon"; filename="a"\r\n\r\nnone\r\n--x--\r\n'
  const multipart = { 'Content-Type': 'multipart/form-data; boundary=x' }
  const table: [
    status: number,
    method: string,
    target: string,
    options?: Parameters<XcapCaller>[2],
  ][] = [
    [200, 'GET', ICON],
    [200, 'HEAD', ICON],
    [200, 'GET', announced],
    [200, 'GET', PERSON],
    [304, 'GET', ICON, { headers: { 'If-None-Match': tag } }],
    [304, 'GET', announced, { headers: { 'If-None-Match': '*' } }],
    [400, 'GET', `${LISTS}/~~/[`],
    [401, 'GET', LISTS],
    [401, 'PUT', LISTS, { body: '' }],
    [403, 'PUT', LISTS, { as: 'bob', headers: LIST, body: '' }],
    [403, 'POST', PERSON, { as: 'alice', headers: multipart, body: form }],
    [404, 'GET', '/i/AAAAAAAAAAAAAAAAAAAAAA.png'],
    [404, 'GET', '/xcap-root/unknown/users/sip:alice@example.com/index'],
    [404, 'GET', '/icons/bob@example.com'],
    [404, 'GET', '/nothing'],
    [405, 'POST', LISTS, { body: '' }],
    [409, 'PUT', LISTS, { as: 'alice', headers: LIST, body: '<lists' }],
    [412, 'PUT', ICON, { as: 'alice', headers: { ...PNG, 'If-Match': '"x"' }, body: image }],
    [412, 'GET', ICON, { headers: { 'If-Match': '"x"' } }],
    [413, 'PUT', LISTS, { as: 'alice', headers: LIST, body: ' '.repeat(300_000) }],
    [414, 'GET', `/icons/${'a'.repeat(9000)}`],
    [415, 'PUT', LISTS, { as: 'alice', headers: { 'Content-Type': 'text/plain' }, body: 'x' }],
  ]
  for (const [status, method, target, options] of table) {
    const headers = { ...options?.headers, ...ORIGIN }
    const got = await service.call(method, target, { ...options, headers })
    assert.equal(got.status, status, `${method} ${target} ${got.text}`)
    assert.equal(got.headers['access-control-allow-origin'], '*', `${status} ${target}`)
    const exposed = wordsIn(got.headers['access-control-expose-headers'])
    assert.ok(exposed.includes('ETag') && exposed.includes('WWW-Authenticate'), `${status}`)
    // With these a browser would send what it keeps for this host, unasked.
    assert.equal(got.headers['access-control-allow-credentials'], undefined)
    // Else no other site could show an icon.
    assert.equal(got.headers['cross-origin-resource-policy'], undefined)
    if (status === 401) assert.match(got.headers['www-authenticate'] ?? '', /^Digest /)
    if (status === 304 || (status === 200 && method === 'GET')) assert.ok(got.headers.etag)
  }
})
