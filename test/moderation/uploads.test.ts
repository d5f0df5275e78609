/** How often icons may be stored. RFC 6585 §4. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUploadRate } from '../../service/load/upload-rate.ts'
import { sampleImage } from '../images/sample-images.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startXcapService } from '../xcap/support/xcap-service.ts'

void test('RFC 6585 §4: who stores icons too often gets 429 with Retry-After, by PUT and by form; other documents are not counted', async (t) => {
  const clock = createManualClock()
  const limits = { uploadsPerAccount: 2, uploadsPerSource: 0 }
  const service = await startXcapService({ mayUpload: createUploadRate(limits, clock) })
  t.after(() => service.end())
  const body = await sampleImage('png', 8, 8)
  const put = (as: string) =>
    service.call('PUT', `/xcap-root/oma_status-icon/users/sip:${as}@example.com/a.png`, {
      ...{ as, body, headers: { 'Content-Type': 'image/png' } },
    })
  assert.deepEqual([(await put('alice')).status, (await put('alice')).status], [201, 200])

  const refused = await put('alice')
  const form = await service.call('POST', '/icons/alice@example.com', { as: 'alice', body: 'x' })

  assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '300'])
  assert.match(refused.text, /Too many pictures/)
  assert.equal(form.status, 429)
  assert.equal((await put('bob')).status, 201)
  clock.advance(300_000)
  assert.equal((await put('alice')).status, 200)
})

void test('one source has a share, whoever signs in there', () => {
  const mayUpload = createUploadRate(
    { uploadsPerAccount: 0, uploadsPerSource: 1 },
    createManualClock(),
  )
  const [alice, bob] = ['sip:alice@example.com', 'sip:bob@example.com'] as never[]

  assert.equal(mayUpload(alice!, '192.0.2.1'), 0)
  assert.equal(mayUpload(bob!, '192.0.2.1'), 600)
  assert.equal(mayUpload(bob!, '192.0.2.2'), 0)
})
