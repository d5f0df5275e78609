/** Resource lists over real sockets: what clients write is kept, and the rules of the usage. RFC 4826 §3.4. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { parseXcapCaps } from '../../core/documents/xcap-caps.ts'
import { parseXcapDirectory } from '../../core/documents/xcap-directory.ts'
import { parseXcapError } from '../../core/documents/xcap-error.ts'
import { read } from './support/read-document.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const RL = 'urn:ietf:params:xml:ns:resource-lists'
const TYPE = 'application/resource-lists+xml'
const HOME = '/xcap-root/resource-lists/users/sip:alice@example.com'

let service: XcapService

before(async () => {
  service = await startXcapService()
})

after(() => service.end())

const put = (target: string, body: string | Buffer) =>
  service.call('PUT', target, { as: 'alice', body, headers: { 'Content-Type': TYPE } })
const lists = (inside: string) => `<resource-lists xmlns="${RL}">${inside}</resource-lists>`
const list = (inside: string) => lists(`<list>${inside}</list>`)

test('documents of the RFC, of Jitsi, Blink and RCS clients are stored and given back byte for byte', async () => {
  const documents = [
    'documents/resource-lists/rfc4826-3.3.xml',
    'documents/resource-lists/rfc5367-4.xml',
    'flow/jitsi/resource-lists.xml',
    'flow/blink/resource-lists.xml',
    'flow/rcs/resource-lists.xml',
  ]
  for (const name of documents) {
    const body = readFileSync(new URL(`../fixtures/${name}`, import.meta.url))
    const target = `${HOME}/${name.replaceAll('/', '-')}`
    const stored = await put(target, body)
    assert.equal(stored.status, 201, `${name}: ${stored.text}`)
    const got = await service.call('GET', target, { as: 'alice' })
    assert.deepEqual(got.body, body)
    assert.equal(got.headers['content-type'], TYPE)
    assert.equal(got.headers.etag, stored.headers.etag)
  }
})

test('RFC 4826 §3.4.1, §3.4.3: capabilities and directory know the usage', async () => {
  const caps = await service.call('GET', '/xcap-root/xcap-caps/global/index')
  const { auids, namespaces } = read(caps.body, parseXcapCaps)
  assert.ok(auids.includes('resource-lists'))
  assert.ok(namespaces.includes(RL))
  await put(`${HOME}/index`, lists(''))
  const directory = await service.call(
    'GET',
    '/xcap-root/org.openmobilealliance.xcap-directory/users/sip:alice@example.com/directory.xml',
    { as: 'alice' },
  )
  const folder = read(directory.body, parseXcapDirectory).find(
    ({ auid }) => auid === 'resource-lists',
  )
  assert.ok(folder?.entries.some(({ uri }) => uri.endsWith(`${HOME}/index`)))
})

test('RFC 4826 §3.4.5: references that are right, as the RFC and as clients write them', async () => {
  for (const inside of [
    '<entry-ref ref="resource-lists/users/sip:bill@example.com/index/~~/resource-lists/list%5b@name=%22list1%22%5d/entry%5b@uri=%22sip:petri@example.com%22%5d"/>',
    '<entry-ref ref="resource-lists"/>',
    '<entry-ref ref="resource-lists/users/a/index?xmlns(a=urn:a)"/>',
    '<external anchor="http://xcap.example.org/resource-lists/users/sip:a@example.org/index/~~/resource-lists/list%5b@name=%22mkting%22%5d"/>',
    '<external anchor="HTTPS://xcap.example.org"/>',
    // Blink escapes all of it.
    '<external anchor="http%3A//xcap.example.org/resource-lists"/>',
    // The schema does not ask for an anchor.
    '<external/><external/>',
  ]) {
    const got = await put(`${HOME}/references`, list(inside))
    assert.ok(got.status === 200 || got.status === 201, `${inside}: ${got.text}`)
  }
})

test('RFC 4826 §3.4.5: a broken reference is told in words', async () => {
  const cases: [inside: string, phrase: RegExp][] = [
    ['<entry-ref ref="/resource-lists/users/a"/>', /ref of an entry-ref .* not "\/resource-lists/],
    ['<entry-ref ref="sip:bob@example.com"/>', /relative to the XCAP root/],
    ['<external anchor="//example.com/a"/>', /anchor of an external must be an absolute http/],
    ['<list><list><external anchor="ftp://a/b"/></list></list>', /not "ftp:\/\/a\/b"/],
  ]
  for (const [inside, phrase] of cases) {
    const got = await put(`${HOME}/broken`, list(inside))
    assert.equal(got.status, 409)
    const report = read(got.body, parseXcapError)
    assert.equal(report.name, 'constraint-failure')
    assert.match(report.phrase ?? '', phrase)
  }
  assert.equal((await service.call('GET', `${HOME}/broken`, { as: 'alice' })).status, 404)
})

test('RFC 4826 §3.4.5: what is named twice is named by its place', async () => {
  const got = await put(
    `${HOME}/doubles`,
    lists(
      '<list name="a"/><list name="b"><entry uri="u"/><entry uri="v"/><entry uri="u"/></list><list name="a"/>',
    ),
  )
  assert.equal(got.status, 409)
  const report = read(got.body, parseXcapError)
  assert.ok(report.name === 'uniqueness-failure')
  assert.deepEqual(report.exists, [
    { field: 'resource-lists/list%5B2%5D/entry%5B3%5D/@uri', alternatives: [] },
    { field: 'resource-lists/list%5B3%5D/@name', alternatives: ['a-2'] },
  ])
  const once = '<list name="a"/><list name="A"/><list><list name="a"/></list><list/><list/>'
  assert.equal((await put(`${HOME}/singles`, lists(once))).status, 201)
})

test('RFC 4826 §3.4.9: only the owner reads and writes', async () => {
  const target = `${HOME}/private`
  assert.equal((await put(target, lists(''))).status, 201)
  assert.equal((await service.call('GET', target)).status, 401)
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const got = await service.call(method, target, {
      as: 'bob',
      ...(method === 'PUT' && { body: lists(''), headers: { 'Content-Type': TYPE } }),
    })
    assert.equal(got.status, 403, method)
  }
})
