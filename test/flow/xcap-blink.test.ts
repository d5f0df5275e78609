/**
 * Blink's XCAP manager, request by request: python3-xcaplib over urllib, and every write conditional.
 *
 *   Blink (alice)                            Visage                      Blink (bob)
 *      |--- GET xcap-caps/global/index ------->|                             |
 *      |<-- 200, the AUIDs it needs -----------|                             |
 *      |--- GET resource-lists/…/index ------->|                             |
 *      |<-- 401, then 404 ---------------------|                             |
 *      |--- PUT, If-None-Match: * ------------>|                             |
 *      |<-- 201, ETag; 412 if it is there -----|                             |
 *      |--- PUT, If-Match ---------------------|                             |
 *      |<-- 200; 412 if somebody else wrote ---|                             |
 *      |--- GET, Accept, If-None-Match ------->|                             |
 *      |<-- 304 -------------------------------|                             |
 *      |--- PUT …/oma_status-icon/index ------>|<--- GET, as the NOTIFY says-|
 *      |<-- 201 -------------------------------|---- 200, pres-content ----->|
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { parseXcapCaps } from '../../core/documents/xcap-caps.ts'
import { parseXcapDirectory } from '../../core/documents/xcap-directory.ts'
import { createPhone } from '../presence/phone.ts'
import { openSipClient } from '../support/sip-client.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { read } from '../xcap/support/read-document.ts'
import { flowFixture } from './flow-fixture.ts'
import {
  createHttpPhone,
  lengthLine,
  openHttp,
  type HttpHabits,
  type HttpPhone,
} from './http-peer.ts'

/** What a document is called, its media type, and what Blink writes first. */
const DOCUMENTS = {
  'resource-lists': ['application/resource-lists+xml', 'resource-lists.xml'],
  'rls-services': ['application/rls-services+xml', 'rls-services.xml'],
  'org.openmobilealliance.pres-rules': ['application/auth-policy+xml', 'pres-rules.xml'],
  'org.openxcap.dialog-rules': ['application/auth-policy+xml', 'dialog-rules.xml'],
  'pidf-manipulation': ['application/pidf+xml', 'pidf.xml'],
} as const
const ICON_TYPE = 'application/vnd.oma.pres-content+xml'
const ICON =
  '/xcap-root/org.openmobilealliance.pres-content/users/sip:alice@example.com/oma_status-icon/index'

const home = (auid: string, name = 'index') =>
  `/xcap-root/${auid}/users/sip:alice@example.com/${name}`

let visage: VisageProcess
let alice: HttpPhone

/** Python's http.client, in its order and spelling. */
const habits: HttpHabits = (call, authorization) => [
  'Accept-Encoding: identity',
  ...lengthLine(call),
  'Host: xcap.example.com',
  ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
  'User-Agent: python-xcaplib/2.0.1',
  ...(call.headers ?? []),
  ...(call.type === undefined ? [] : [`Content-Type: ${call.type}`]),
  'Connection: close',
]

before(async () => {
  visage = await startVisage({
    users: ['alice@example.com', 'bob@example.com'],
    config: { domains: ['example.com'], http: { publicUrl: 'http://xcap.example.com' } },
  })
  alice = createHttpPhone({ port: visage.httpPort, habits, user: 'alice', password: PASSWORD })
})

after(() => visage.end())

test('the first start: the AUIDs without which Blink switches XCAP off for an hour', async () => {
  const target = '/xcap-root/xcap-caps/global/index'
  const accept = 'Accept: application/xcap-caps+xml'
  const capabilities = await alice('GET', target, { headers: [accept] })
  assert.equal(capabilities.header('content-type'), 'application/xcap-caps+xml')
  assert.match(capabilities.header('etag') ?? '', /^"[^"]+"$/)
  const { auids } = read(capabilities.body, parseXcapCaps)
  for (const auid of [...Object.keys(DOCUMENTS), 'org.openmobilealliance.pres-content'])
    assert.ok(auids.includes(auid), auid)
})

for (const [auid, [type, file]] of Object.entries(DOCUMENTS)) {
  test(`${auid}: 201 if it is not there, 412 if it is, by its tag from then on`, async () => {
    const body = flowFixture(`blink/${file}`)
    const target = home(auid)
    const accept = `Accept: ${type}`
    const put = (condition: string) => alice('PUT', target, { type, body, headers: [condition] })
    assert.equal((await alice('GET', target, { headers: [accept] })).status, 404)

    const created = await put('If-None-Match: *')
    assert.equal(created.status, 201, created.text)
    const tag = created.header('etag') ?? ''
    assert.match(tag, /^"[^"]+"$/)
    assert.equal((await put('If-None-Match: *')).status, 412)

    const got = await alice('GET', target, { headers: [accept] })
    assert.equal(got.header('content-type'), type)
    assert.equal(got.text, body)
    assert.equal(got.header('etag'), tag)
    for (const known of [tag, tag.replaceAll('"', '')]) {
      const same = await alice('GET', target, { headers: [accept, `If-None-Match: ${known}`] })
      assert.equal(same.status, 304, known)
      assert.equal(same.header('etag'), tag)
    }

    assert.equal((await put('If-Match: "of-before"')).status, 412)
    const replaced = await put(`If-Match: ${tag}`)
    assert.equal(replaced.status, 200, replaced.text)
    assert.match(replaced.header('etag') ?? '', /^"[^"]+"$/)
  })
}

test('the directory knows all of them, with the tags that a GET gives', async () => {
  const target = home('org.openmobilealliance.xcap-directory', 'directory.xml')
  const directory = await alice('GET', target)
  assert.equal(directory.status, 200)
  const folders = read(directory.body, parseXcapDirectory)
  for (const auid of Object.keys(DOCUMENTS)) {
    const folder = folders.find((one) => one.auid === auid)
    const [entry] = folder && 'entries' in folder ? folder.entries : []
    assert.ok(entry, auid)
    const got = await alice('GET', home(auid))
    assert.equal(`"${entry.etag}"`, got.header('etag'), auid)
  }
})

test('xcapclient: brackets, quotes and signs of a node selector go as they are typed, in uri too', async () => {
  const list = `${home('resource-lists')}/~~/resource-lists/list[@name="oma_buddylist"]`
  const entry = `${list}/entry[@uri="sip:carol@example.com"]`
  const element = '<entry uri="sip:carol@example.com"><display-name>Carol</display-name></entry>'
  const type = 'application/xcap-el+xml'
  const created = await alice('PUT', entry, { type, body: element })
  assert.equal(created.status, 201, created.text)
  const got = await alice('GET', entry, { headers: [`If-Match: ${created.header('etag') ?? ''}`] })
  assert.equal(got.status, 200)
  assert.equal(got.header('content-type'), type)
  assert.equal(got.text, element)
  const name = await alice('GET', `${list}/@name`)
  assert.equal(name.header('content-type'), 'application/xcap-att+xml')
  assert.equal(name.text, 'oma_buddylist')
  assert.equal((await alice('DELETE', entry)).status, 200)
  assert.equal((await alice('GET', entry)).status, 404)
})

test('the offline status that Blink keeps in pidf-manipulation is what a watcher sees', async (t) => {
  const client = await openSipClient(visage.sipPort, 'TCP')
  t.after(() => client.close())
  const bob = createPhone(client, 'bob', 'example.com', PASSWORD)
  await bob.subscribe('sip:alice@example.com')
  assert.match((await bob.notify()).body, /Back on Monday/)
})

test('a contact that was never seen gets the picture as pres-content, by the URL of the NOTIFY', async (t) => {
  const image = sharp({ create: { width: 32, height: 32, channels: 3, background: '#33cc66' } })
  const png = await image.png().toBuffer()
  const parts = `<mime-type>image/png</mime-type><encoding>base64</encoding><data>${png.toString('base64')}</data>`
  const body = `<?xml version='1.0' encoding='UTF-8'?>\n<content xmlns="urn:oma:xml:prs:pres-content">${parts}</content>`
  const put = await alice('PUT', ICON, { type: ICON_TYPE, body, headers: ['If-None-Match: *'] })
  assert.equal(put.status, 201, put.text)

  const client = await openSipClient(visage.sipPort, 'TCP')
  t.after(() => client.close())
  const bob = createPhone(client, 'bob', 'example.com', PASSWORD)
  await bob.subscribe('sip:alice@example.com', ['User-Agent: Blink Qt 5.9.1'])
  const announced = /<tuple .*<c:icon>([^<]+)<\/c:icon>.*<\/tuple>/.exec((await bob.notify()).body)
  const [url = '', fragment] = announced?.[1]?.split('#') ?? []
  assert.equal(fragment, `blink-icon${createHash('sha1').update(png).digest('hex')}`)

  const { pathname, host } = new URL(url)
  assert.equal(host, 'xcap.example.com')
  const fetched = async (...conditions: string[]) => {
    const connection = await openHttp(visage.httpPort)
    const lines = [`GET ${pathname} HTTP/1.1`, `Host: ${host}`, ...conditions, '', '']
    const answer = await connection.ask(lines.join('\r\n'))
    connection.end()
    return answer
  }
  const got = await fetched()
  assert.equal(got.status, 200)
  assert.equal(got.header('content-type'), ICON_TYPE)
  assert.equal(got.text, body)
  const tag = got.header('etag') ?? ''
  assert.equal((await fetched(`If-None-Match: ${tag.replaceAll('"', '')}`)).status, 304)
  const [same, other] = [
    await alice('GET', ICON, { headers: [`Accept: ${ICON_TYPE}`, `If-None-Match: ${tag}`] }),
    await alice('GET', ICON, { headers: [`Accept: ${ICON_TYPE}`, 'If-None-Match: "other"'] }),
  ]
  assert.deepEqual([same.status, other.status], [304, 200])
})
