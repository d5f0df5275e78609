/** What an operator keeps people from: locked icons, suspended accounts. RFC 4825 §5.7 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { parseAor } from '../../core/uri/aor.ts'
import { createIconLocks } from '../../service/people/icon-locks.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const AOR = parseAor('alice@example.com')!
const ICON = '/xcap-root/oma_status-icon/users/sip:alice@example.com/me.png'
const LIST = '/xcap-root/resource-lists/users/sip:alice@example.com/index'

let service: XcapService
let locked = false
let png: Buffer

before(async () => {
  service = await startXcapService({ isIconLocked: () => locked })
  png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#36c' } })
    .png()
    .toBuffer()
})

after(() => service.end())

const put = () =>
  service.call('PUT', ICON, { as: 'alice', body: png, headers: { 'Content-Type': 'image/png' } })

test('RFC 4825 §5.7: a locked icon is neither put nor deleted by its owner, who is told so', async () => {
  assert.equal((await put()).status, 201)
  locked = true
  const refused = await put()
  assert.equal(refused.status, 403)
  assert.match(refused.text, /locked/)
  assert.equal((await service.call('DELETE', ICON, { as: 'alice' })).status, 403)
  const form = new FormData()
  form.append('file', new Blob([png], { type: 'image/png' }), 'me.png')
  const sent = new Request('http://x/', { method: 'POST', body: form })
  const posted = await service.call('POST', '/icons/alice@example.com', {
    as: 'alice',
    body: Buffer.from(await sent.arrayBuffer()),
    headers: { 'Content-Type': sent.headers.get('content-type') ?? '' },
  })
  assert.equal(posted.status, 403)
  assert.equal((await service.call('GET', ICON)).status, 200)
  locked = false
  assert.equal((await put()).status, 200)
})

test('other documents of somebody whose icon is locked are as free as before', async () => {
  locked = true
  const body = Buffer.from('<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>')
  const headers = { 'Content-Type': 'application/resource-lists+xml' }
  assert.equal((await service.call('PUT', LIST, { as: 'alice', body, headers })).status, 201)
  locked = false
})

test('a lock is by address, whether there is an account or not', async () => {
  const locks = createIconLocks(service.store)
  const stranger = parseAor('stranger@outside.example')!
  await locks.lock(stranger)
  assert.deepEqual([await locks.isLocked(stranger), await locks.isLocked(AOR)], [true, false])
  assert.deepEqual([await locks.unlock(stranger), await locks.unlock(stranger)], [true, false])
})

test('nothing of somebody suspended is read, and nothing is written; afterwards all is as before', async () => {
  const stored = (await service.call('GET', ICON)).headers.etag
  const account = (await service.store.accounts.find(AOR)) ?? assert.fail()
  await service.store.accounts.put({ ...account, suspended: true })
  assert.equal((await service.call('GET', ICON)).status, 404)
  assert.equal((await put()).status, 401)
  assert.equal((await service.call('GET', LIST, { as: 'alice' })).status, 401)
  await service.store.accounts.put(account)
  assert.equal((await service.call('GET', ICON)).headers.etag, stored)
  assert.equal((await service.call('GET', LIST, { as: 'alice' })).status, 200)
})
