/**
 * doubango's tinyXCAP and the Android RCS stack, request by request: one connection kept, an identity that they say they have.
 *
 *   RCS phone (alice)                        Visage
 *      |--- GET …xcap-directory/…/directory.xml ->|  X-3GPP-Intended-Identity: said, not proved
 *      |<-- 401; with Digest 200: no folder ------|
 *      |--- PUT rls-services, resource-lists, --->|  users/sip%3Aalice%40example.com
 *      |        org…pres-rules/…/pres-rules       |
 *      |<-- 201 each -----------------------------|
 *      |--- PUT …/list[…]/entry[…] -------------->|  the one node that changes
 *      |<-- 201 ----------------------------------|
 *      |--- GET …/folder[@auid="…"] ------------->|
 *      |<-- 200, that folder ---------------------|
 *      |--- PUT …/oma_status-icon/rcs_status_icon>|
 *      |<-- 201 ----------------------------------|
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { parseXcapDirectory } from '../../core/documents/xcap-directory.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { read } from '../xcap/support/read-document.ts'
import { signIn } from '../xcap/support/xcap-caller.ts'
import { flowFixture } from './flow-fixture.ts'
import { openHttp, writeRequest, type HttpAnswer, type HttpConnection } from './http-peer.ts'

const XUI = 'sip%3Aalice%40example.com'
const LISTS = `/xcap-root/resource-lists/users/${XUI}/index`
const RCS = `${LISTS}/~~/resource-lists/list%5B@name=%22rcs%22%5D`
const DIRECTORY = `/xcap-root/org.openmobilealliance.xcap-directory/users/${XUI}/directory.xml`
const RULES = `/xcap-root/org.openmobilealliance.pres-rules/users/${XUI}/pres-rules`
const ICON = `/xcap-root/org.openmobilealliance.pres-content/users/${XUI}/oma_status-icon/rcs_status_icon`
const ICON_TYPE = 'application/vnd.oma.pres-content+xml'

let visage: VisageProcess
let connection: HttpConnection

before(async () => {
  visage = await startVisage({
    users: ['alice@example.com', 'bob@example.com'],
    config: { domains: ['example.com'], http: { publicUrl: 'http://xcap.example.com' } },
  })
  connection = await openHttp(visage.httpPort)
})

after(async () => {
  connection.end()
  await visage.end()
})

interface Parts {
  readonly type?: string
  readonly body?: string
  readonly ifMatch?: string
  readonly intended?: string
}

/** Without credentials; the fields spelt as the Android stack spells them. */
const askOnce = (
  method: string,
  target: string,
  { type, body, ifMatch, intended = 'sip:alice@example.com' }: Parts,
  authorization?: string,
) =>
  connection.ask(
    writeRequest({ method, target, ...(body !== undefined && { body }) }, [
      'Host: xcap.example.com:80',
      'Connection: Keep-Alive',
      'User-Agent: XDM-client/OMA1.1',
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
      `X-3GPP-Intended-Identity: "${intended}"`,
      ...(ifMatch === undefined ? [] : [`If-match: ${ifMatch}`]),
      ...(type === undefined ? [] : [`Content-type: ${type}`]),
      `Content-Length:${body === undefined ? 0 : Buffer.byteLength(body)}`,
    ]),
  )

async function ask(method: string, target: string, parts: Parts = {}): Promise<HttpAnswer> {
  const first = await askOnce(method, target, parts)
  if (first.status !== 401) return first
  const challenge = first.header('www-authenticate') ?? ''
  const credentials = signIn({ challenge, method, target, username: 'alice', password: PASSWORD })
  return askOnce(method, target, parts, credentials)
}

test('X-3GPP-Intended-Identity of anybody is not believed: without Digest there is 401, with it only the own tree', async () => {
  assert.equal((await askOnce('GET', LISTS, {})).status, 401)
  assert.equal((await askOnce('GET', LISTS, { intended: 'sip:bob@example.com' })).status, 401)
  const bobs = LISTS.replace('alice', 'bob')
  assert.equal((await ask('GET', bobs, { intended: 'sip:bob@example.com' })).status, 403)
  assert.equal((await ask('GET', LISTS)).status, 404)
})

test('the first start: an empty directory, then the three documents under the escaped address', async () => {
  const empty = await ask('GET', DIRECTORY)
  assert.equal(empty.status, 200)
  assert.deepEqual(read(empty.body, parseXcapDirectory), [])
  const documents = [
    [`/xcap-root/rls-services/users/${XUI}/index`, 'rls-services', 'rls-services+xml'],
    [LISTS, 'resource-lists', 'resource-lists+xml'],
    [RULES, 'pres-rules', 'auth-policy+xml'],
  ] as const
  for (const [target, name, type] of documents) {
    const body = flowFixture(`rcs/${name}.xml`)
    const put = await ask('PUT', target, { type: `application/${type}`, body })
    assert.equal(put.status, 201, `${name}: ${put.text}`)
    const plain = await ask('GET', target.replace(XUI, 'sip:alice@example.com'))
    assert.equal(plain.text, body, name)
    assert.equal(plain.header('etag'), put.header('etag'), name)
  }
})

test('contacts come and go one node at a time, by the tag of the directory, and nothing else changes', async () => {
  const folder = `${DIRECTORY}/~~/xcap-directory/folder%5B@auid=%22resource-lists%22%5D`
  const found = await ask('GET', folder)
  assert.equal(found.status, 200, found.text)
  assert.equal(found.header('content-type'), 'application/xcap-el+xml')
  const tag = /etag="([^"]+)"/.exec(found.text)?.[1] ?? ''
  const before = (await ask('GET', LISTS)).text

  const entry = `${RCS}/entry%5B@uri=%22tel:+33612345678%22%5D`
  const type = 'application/xcap-el+xml'
  const body = `<entry uri='tel:+33612345678'></entry>`
  const added = await ask('PUT', entry, { type, body, ifMatch: `"${tag}"` })
  assert.equal(added.status, 201, added.text)
  assert.equal((await ask('PUT', entry, { type, body, ifMatch: `"${tag}"` })).status, 412)
  const name = ' <display-name>My presence buddies</display-name>\r\n'
  const changed = (await ask('GET', LISTS)).text
  assert.equal(changed, before.replace(name, `${name}${body}`))
  assert.equal((await ask('GET', entry)).text, body)
  assert.equal((await ask('GET', `${RCS}/entry%5B1%5D/@uri`)).text, 'tel:+33612345678')
  assert.equal((await ask('GET', `${RCS}/*%5B2%5D`)).text, body)

  assert.equal((await ask('DELETE', entry)).status, 200)
  assert.equal((await ask('GET', LISTS)).text, before)
  assert.equal((await ask('DELETE', entry)).status, 404)
})

test('the picture is called rcs_status_icon, and the directory shows it', async () => {
  const image = sharp({ create: { width: 32, height: 32, channels: 3, background: '#3333cc' } })
  const data = (await image.png().toBuffer()).toString('base64')
  const parts = `<mime-type>image/png</mime-type><encoding>base64</encoding><description>MyIcon</description><data>${data}</data>`
  const body = `<?xml version="1.0" encoding="UTF-8"?>\r\n<content xmlns="urn:oma:xml:prs:pres-content">\r\n${parts}\r\n</content>`
  const put = await ask('PUT', ICON, { type: ICON_TYPE, body })
  assert.equal(put.status, 201, put.text)
  assert.equal((await ask('GET', ICON)).text, body)
  const folder = `${DIRECTORY}/~~/xcap-directory/folder%5B@auid=%22org.openmobilealliance.pres-content%22%5D`
  const { text } = await ask('GET', folder)
  assert.match(text, /oma_status-icon\/rcs_status_icon"/)
  assert.ok(text.includes(`etag="${(put.header('etag') ?? '').replaceAll('"', '')}"`), text)
  assert.equal((await ask('DELETE', ICON)).status, 200)
})
