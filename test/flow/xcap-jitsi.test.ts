/**
 * Jitsi's XCAP client, request by request: a connection for each, first without credentials, whole documents only.
 *
 *   Jitsi (alice)                            Visage                     Jitsi (bob)
 *      |--- GET xcap-caps/global/index ------->|                             |
 *      |<-- 200, the namespaces it looks for --|                             |
 *      |--- GET resource-lists/…/index ------->|                             |
 *      |<-- 401, then 404: the first start ----|                             |
 *      |--- GET pres-rules/…/presrules ------->|                             |
 *      |<-- 404 -------------------------------|                             |
 *      |--- PUT, Content-Encoding: UTF-8 ----->|                             |
 *      |<-- 201, the next time 200 ------------|                             |
 *      |--- PUT …/sip_communicator ----------->|<--- GET …/sip_communicator -|
 *      |<-- 201 -------------------------------|---- 200, the picture ------>|
 *      |--- DELETE --------------------------->|                             |
 *      |<-- 200, and 404 the second time ------|                             |
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { parseXcapCaps } from '../../core/documents/xcap-caps.ts'
import { parseXcapError } from '../../core/documents/xcap-error.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { read } from '../xcap/support/read-document.ts'
import { flowFixture } from './flow-fixture.ts'
import { createHttpPhone, lengthLine, type HttpHabits, type HttpPhone } from './http-peer.ts'

const LISTS = '/xcap-root/resource-lists/users/sip:alice@example.com/index'
const LISTS_TYPE = 'application/resource-lists+xml'
const RULES = '/xcap-root/pres-rules/users/sip:alice@example.com/presrules'
const RULES_TYPE = 'application/auth-policy+xml'
const ICON = '/xcap-root/oma_status-icon/users/sip:alice@example.com/sip_communicator'
const ICON_TYPE = 'application/vnd.oma.pres-content+xml'

let visage: VisageProcess
let alice: HttpPhone
let bob: HttpPhone

/** As Apache's HttpClient 4 writes them; the content coding is Jitsi's own. */
const habits: HttpHabits = (call, authorization) => [
  'Connection: close',
  ...lengthLine(call),
  ...(call.type === undefined ? [] : [`Content-Type: ${call.type}`, 'Content-Encoding: UTF-8']),
  'Host: xcap.example.com',
  'User-Agent: Jitsi/2.11',
  ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
]

before(async () => {
  visage = await startVisage({
    users: ['alice@example.com', 'bob@example.com'],
    config: { domains: ['example.com'], http: { publicUrl: 'http://xcap.example.com' } },
  })
  const phone = (user: string) =>
    createHttpPhone({ port: visage.httpPort, habits, user, password: PASSWORD })
  alice = phone('alice')
  bob = phone('bob')
})

after(() => visage.end())

test('the first start: Jitsi finds its namespaces, no lists, no rules and no picture', async () => {
  const capabilities = await alice('GET', '/xcap-root/xcap-caps/global/index')
  assert.equal(capabilities.status, 200)
  assert.match(capabilities.header('content-type') ?? '', /^application\/xcap-caps\+xml/)
  const { namespaces } = read(capabilities.body, parseXcapCaps)
  // It takes resource lists for supported where the first of these stands.
  for (const wanted of [
    'urn:ietf:params:xml:ns:xcap-caps',
    'urn:ietf:params:xml:ns:pres-rules',
    'urn:oma:xml:prs:pres-content',
  ]) {
    assert.ok(namespaces.includes(wanted), wanted)
  }
  for (const target of [LISTS, RULES, ICON]) {
    assert.equal((await alice('GET', target)).status, 404, target)
  }
})

test('whole documents with Content-Encoding: UTF-8: 201, then 200, and back byte for byte', async () => {
  const lists = flowFixture('jitsi/resource-lists.xml')
  const rules = flowFixture('jitsi/presrules.xml')
  const cases = [
    [LISTS, LISTS_TYPE, lists, lists.replace('Carol', 'Carol C.')],
    [RULES, RULES_TYPE, rules, rules.replace('bob@', 'carol@')],
  ] as const
  for (const [target, type, first, second] of cases) {
    const created = await alice('PUT', target, { type, body: first })
    assert.equal(created.status, 201, created.text)
    assert.equal(created.body.length, 0)
    const replaced = await alice('PUT', target, { type, body: second })
    assert.equal(replaced.status, 200, replaced.text)
    const got = await alice('GET', target)
    assert.equal(got.status, 200)
    assert.equal(got.header('content-type'), type)
    assert.equal(got.text, second)
    assert.equal(got.header('etag'), replaced.header('etag'))
    assert.notEqual(got.header('etag'), created.header('etag'))
  }
})

test('what Jitsi calls pres-rules/presrules is the one set of rules, whichever name asks for it', async () => {
  const own = await alice('GET', RULES)
  assert.equal(own.status, 200)
  for (const name of [
    'pres-rules/users/sip:alice@example.com/index',
    'org.openmobilealliance.pres-rules/users/sip:alice@example.com/index',
    'org.openmobilealliance.pres-rules/users/sip:alice@example.com/pres-rules',
  ]) {
    const other = await alice('GET', `/xcap-root/${name}`)
    assert.equal(other.text, own.text, name)
    assert.equal(other.header('etag'), own.header('etag'), name)
  }
})

test('another user is refused: 403 to read, 403 to write', async () => {
  assert.equal((await bob('GET', LISTS)).status, 403)
  const body = flowFixture('jitsi/resource-lists.xml')
  assert.equal((await bob('PUT', LISTS, { type: LISTS_TYPE, body })).status, 403)
})

test('a contact that is twice in a group: 409 with a phrase that Jitsi shows', async () => {
  const entry = '<entry uri="sip:carol@example.com"/>'
  const body = flowFixture('jitsi/resource-lists.xml').replace(/<entry/, `${entry}<entry`)
  const refused = await alice('PUT', LISTS, { type: LISTS_TYPE, body })
  assert.equal(refused.status, 409)
  assert.match(refused.header('content-type') ?? '', /^application\/xcap-error\+xml/)
  const { name, phrase = '' } = read(refused.body, parseXcapError)
  assert.equal(name, 'uniqueness-failure')
  assert.match(phrase, /\w+ \w+/)
})

test('an empty contact list is a DELETE: 200, and 404 when there is nothing left', async () => {
  assert.equal((await alice('DELETE', LISTS)).status, 200)
  assert.equal((await alice('DELETE', LISTS)).status, 404)
  assert.equal((await alice('GET', LISTS)).status, 404)
})

test('its picture: data, encoding, mime-type go up, and any contact gets the image itself', async () => {
  const image = sharp({ create: { width: 32, height: 32, channels: 3, background: '#cc3366' } })
  const png = await image.png().toBuffer()
  const parts = [
    `<data>${png.toString('base64')}</data>`,
    '<encoding>base64</encoding><mime-type>image/png</mime-type>',
  ]
  const body = `<?xml version="1.0" encoding="UTF-8" standalone="no"?><content xmlns="urn:oma:xml:prs:pres-content">${parts.join('')}</content>`
  assert.equal((await alice('PUT', ICON, { type: ICON_TYPE, body })).status, 201)
  assert.equal((await alice('PUT', ICON, { type: ICON_TYPE, body })).status, 200)
  const got = await bob('GET', ICON)
  assert.equal(got.status, 200)
  assert.equal(got.header('content-type'), 'image/png')
  assert.deepEqual(got.body, png)
  assert.equal((await alice('DELETE', ICON)).status, 200)
  assert.equal((await alice('DELETE', ICON)).status, 404)
  assert.equal((await bob('GET', ICON)).status, 404)
})
