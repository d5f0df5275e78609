/** Icons over XCAP: stored, read back, replaced, deleted. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const XML = 'application/vnd.oma.pres-content+xml'
const SEED = '/xcap-root/oma_status-icon/users/sip:alice@example.com'
const OMA = '/xcap-root/org.openmobilealliance.pres-content/users/sip:alice@example.com'

let service: XcapService
let png: Buffer
let xml: Buffer

before(async () => {
  service = await startXcapService()
  xml = await readFile(new URL('../fixtures/xcap/icon-png-1x1.xml', import.meta.url))
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#3366cc' } })
  png = await image.png().toBuffer()
})

after(() => service.end())

test('the story: an image goes up, comes back byte for byte, and goes', async () => {
  const url = `${SEED}/story.png`
  const put = await service.call('PUT', url, {
    as: 'alice',
    body: png,
    headers: { 'Content-Type': 'image/png' },
  })
  assert.equal(put.status, 201, put.text)
  assert.match(put.headers.etag ?? '', /^"[0-9a-f]{32}"$/)
  assert.equal(put.headers['content-length'], '0')
  assert.equal(put.headers['content-type'], XML)

  const got = await service.call('GET', url)
  assert.equal(got.status, 200)
  assert.equal(got.headers['content-type'], 'image/png')
  assert.equal(got.headers.etag, put.headers.etag)
  assert.deepEqual(got.body, png)

  const gone = await service.call('DELETE', url, { as: 'alice' })
  assert.equal(gone.status, 200)
  assert.equal(gone.headers['content-length'], '0')
  assert.equal(gone.headers['content-type'], XML)
  assert.equal((await service.call('GET', url)).status, 404)
})

test('RFC 4825 §7.6: the XML comes back byte for byte under both AUIDs', async () => {
  const put = await service.call('PUT', `${OMA}/oma_status-icon/xml`, {
    as: 'alice',
    body: xml,
    headers: { 'Content-Type': XML },
  })
  assert.equal(put.status, 201, put.text)
  for (const url of [`${OMA}/oma_status-icon/xml`, `${SEED}/xml`]) {
    const got = await service.call('GET', url, { headers: { Accept: XML } })
    assert.equal(got.headers['content-type'], XML)
    assert.deepEqual(got.body, xml)
  }
})
