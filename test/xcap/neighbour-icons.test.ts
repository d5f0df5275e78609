/** People in XMPP have no documents of their own here: only the picture that is told with their presence. RFC 4482 §3.4, RFC 4825 §8. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import sharp from 'sharp'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const XBOB = 'sip:bob@xmpp.example' as Aor
const ID = { auid: PRES_CONTENT, tree: XBOB, path: 'oma_status-icon/avatar.png' }
const TOKEN = 'aaaaaaaaaaaaaaaaaaaaaa'
const XML = 'application/vnd.oma.pres-content+xml'
const colour = { width: 8, height: 8, channels: 3, background: '#3366cc' } as const
const PNG = await sharp({ create: colour }).png().toBuffer()

/** As the gateway does, when it has fetched a picture. */
async function storePicture({ store }: XcapService): Promise<void> {
  const hashed = (name: string) => createHash(name).update(PNG).digest('hex')
  const icon = {
    ...{ mediaType: 'image/png' as const, width: 8, height: 8, size: PNG.length },
    ...{ hash: hashed('sha256'), sha1: hashed('sha1'), bytes: PNG, token: TOKEN },
  }
  const body = Buffer.from('<content xmlns="urn:oma:xml:prs:pres-content"/>')
  await store.documents.put(ID, { contentType: XML, body, icon }, {})
}

test('RFC 4825 §8: the XMPP domain is not served over XCAP, whatever is stored of its people', async (t) => {
  const service = await startXcapService()
  t.after(() => service.end())
  await storePicture(service)
  const folder = '/xcap-root/oma_status-icon/users'
  for (const target of [
    `${folder}/sip:bob@xmpp.example/avatar.png`,
    `/xcap-root/${PRES_CONTENT}/users/sip:bob@xmpp.example/oma_status-icon/avatar.png`,
    '/xcap-root/resource-lists/users/sip:bob@xmpp.example/index',
    '/xcap-root/org.openmobilealliance.xcap-directory/users/sip:bob@xmpp.example/directory.xml',
    '/icons/bob@xmpp.example',
    '/u/bob@xmpp.example',
  ]) {
    assert.equal((await service.call('GET', target, { as: 'alice' })).status, 404, target)
  }
  const put = { body: PNG, headers: { 'Content-Type': 'image/png' }, as: 'alice' }
  const written = await service.call('PUT', `${folder}/sip:bob@xmpp.example/avatar.png`, put)
  assert.equal(written.status, 404)
})

test('RFC 4482 §3.4: the announced URL gives the picture of somebody in XMPP, and nothing once it is gone', async (t) => {
  const service = await startXcapService()
  t.after(() => service.end())
  await storePicture(service)
  const got = await service.call('GET', `/i/${TOKEN}.png`)
  assert.equal(got.status, 200)
  assert.deepEqual(got.body, PNG)
  await service.store.documents.delete(ID, {})
  assert.equal((await service.call('GET', `/i/${TOKEN}.png`)).status, 404)
})

test('icons.access rules: whoever may watch somebody in XMPP sees the picture, and nobody else', async (t) => {
  const service = await startXcapService({
    icons: { access: 'rules' },
    maySeeIcon: ({ aor }, reader) => aor === XBOB && reader === 'sip:alice@example.com',
  })
  t.after(() => service.end())
  await storePicture(service)
  const statusAs = async (as?: string) =>
    (await service.call('GET', `/i/${TOKEN}.png`, as === undefined ? {} : { as })).status
  assert.deepEqual(
    [await statusAs(), await statusAs('bob'), await statusAs('alice')],
    [401, 403, 200],
  )
})
