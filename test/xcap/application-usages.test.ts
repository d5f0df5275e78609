/** The usages besides icons: capabilities, directory, and those of the configuration. RFC 4825 §12, OMA XDM. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseXcapCaps } from '../../core/documents/xcap-caps.ts'
import { parseXcapDirectory } from '../../core/documents/xcap-directory.ts'
import { read } from './support/read-document.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const XML = 'application/vnd.oma.pres-content+xml'
const CAPS = '/xcap-root/xcap-caps/global/index'
const DIRECTORY = '/xcap-root/org.openmobilealliance.xcap-directory/users/sip:alice@example.com'
const TEST_APP = '/xcap-root/test-app/users/sip:alice@example.com'
const SCHEMA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="test-app"
  xmlns="test-app" elementFormDefault="qualified">
  <xs:include schemaLocation="types.xsd"/>
  <xs:element name="test"><xs:complexType><xs:sequence>
    <xs:element name="count" type="count"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>`
const TYPES = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="test-app">
  <xs:simpleType name="count"><xs:restriction base="xs:integer"/></xs:simpleType>
</xs:schema>`

let service: XcapService
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'visage-schema-'))
  await writeFile(join(folder, 'test-app.xsd'), SCHEMA)
  await writeFile(join(folder, 'types.xsd'), TYPES)
  const schema = join(folder, 'test-app.xsd')
  service = await startXcapService({
    applicationUsages: [
      { auid: 'test-app', namespace: 'test-app', mediaType: 'application/test-app+xml', schema },
      { auid: 'free', namespace: 'urn:free', mediaType: 'application/free+xml' },
    ],
  })
})

after(async () => {
  await service.end()
  await rm(folder, { recursive: true, force: true })
})

const put = (target: string, type: string, body: string | Buffer) =>
  service.call('PUT', target, { as: 'alice', body, headers: { 'Content-Type': type } })

test('RFC 4825 §12: xcap-caps says what is configured, to everybody, and is never written', async () => {
  const got = await service.call('GET', CAPS)
  assert.equal(got.status, 200)
  assert.equal(got.headers['content-type'], 'application/xcap-caps+xml')
  const caps = read(got.body, parseXcapCaps)
  assert.deepEqual(caps.auids, [
    'xcap-caps',
    // Blink looks for three of these, and for a while does without XCAP where one is missing.
    'resource-lists',
    'rls-services',
    'pres-rules',
    'org.openmobilealliance.pres-rules',
    'pidf-manipulation',
    'org.openmobilealliance.pres-content',
    'oma_status-icon',
    'org.openmobilealliance.user-profile',
    'dialog-rules',
    'org.openxcap.dialog-rules',
    'org.visage.public-card',
    'org.openmobilealliance.xcap-directory',
    'test-app',
    'free',
  ])
  assert.equal(new Set(caps.namespaces).size, caps.namespaces.length)
  for (const namespace of [
    // Jitsi looks for these.
    'urn:ietf:params:xml:ns:xcap-caps',
    'urn:ietf:params:xml:ns:pres-rules',
    'urn:ietf:params:xml:ns:resource-lists',
    'urn:oma:xml:prs:pres-content',
    'urn:ietf:params:xml:ns:rls-services',
    'urn:ietf:params:xml:ns:common-policy',
    'urn:ietf:params:xml:ns:pidf',
    'urn:oma:xml:xdm:user-profile',
    'urn:oma:xml:xdm:xcap-directory',
    'test-app',
  ]) {
    assert.ok(caps.namespaces.includes(namespace), namespace)
  }
  // Only one whose schema is held. §12.3
  assert.ok(!caps.namespaces.includes('urn:free'))
  assert.ok(!caps.namespaces.includes('http://openxcap.org/ns/dialog-rules'))
  const again = await service.call('GET', CAPS, {
    headers: { 'If-None-Match': got.headers.etag ?? '' },
  })
  assert.equal(again.status, 304)
  const write = await service.call('PUT', CAPS, { body: got.body, as: 'alice' })
  assert.equal(write.status, 405)
  assert.equal(write.headers.allow, 'GET, HEAD, OPTIONS')
  assert.equal(
    (await service.call('GET', '/xcap-root/xcap-caps/users/sip:alice@example.com/index')).status,
    404,
  )
})

test('the directory lists every document, and every icon in both of its folders', async () => {
  const icon = await readFile(new URL('../fixtures/xcap/icon-png-1x1.xml', import.meta.url))
  const name = 'smiling face.png'
  const stored = await put(
    `/xcap-root/oma_status-icon/users/sip:alice@example.com/${encodeURIComponent(name)}`,
    XML,
    icon,
  )
  assert.equal(stored.status, 201)
  assert.equal(
    (
      await put(
        `${TEST_APP}/index`,
        'application/test-app+xml',
        '<test xmlns="test-app"><count>1</count></test>',
      )
    ).status,
    201,
  )
  for (const document of ['directory.xml', 'index']) {
    const got = await service.call('GET', `${DIRECTORY}/${document}`, { as: 'alice' })
    assert.equal(got.status, 200)
    assert.equal(got.headers['content-type'], 'application/vnd.oma.xcap-directory+xml')
    const folders = read(got.body, parseXcapDirectory)
    assert.deepEqual(
      folders.map(({ auid, entries }) => [auid, entries.length]),
      [
        ['org.openmobilealliance.pres-content', 1],
        ['oma_status-icon', 1],
        ['test-app', 1],
      ],
    )
    for (const { entries } of folders.slice(0, 2)) {
      const [entry] = entries
      assert.equal(`"${entry!.etag}"`, stored.headers.etag)
      assert.equal(entry!.size, icon.length)
      assert.equal(entry!.lastModified, '2023-11-14T22:13:20.000Z')
      const target = entry!.uri.replace(`http://127.0.0.1:${service.port}`, '')
      assert.match(target, /^\/xcap-root\/.*sip:alice@example\.com\/.*smiling%20face\.png$/)
      assert.equal((await service.call('GET', target)).headers.etag, stored.headers.etag)
    }
    const again = await service.call('GET', `${DIRECTORY}/${document}`, {
      as: 'alice',
      headers: { 'If-None-Match': got.headers.etag ?? '' },
    })
    assert.equal(again.status, 304)
  }
  assert.equal((await put(`${DIRECTORY}/index`, XML, icon)).status, 405)
  assert.equal((await service.call('GET', `${DIRECTORY}/other`, { as: 'alice' })).status, 404)
})

test('a configured usage stores its documents whole, for their owner alone', async () => {
  const text = '<?xml version="1.0"?>\n<!-- kept -->\n<any  xmlns="urn:free"><x/></any>\n'
  const target = '/xcap-root/free/users/sip:alice@example.com/index.xml'
  assert.equal((await put(target, 'application/free+xml; charset=UTF-8', text)).status, 201)
  assert.equal((await put(target, 'application/free+xml', '<broken>')).status, 409)
  assert.equal((await put(target, 'text/xml', text)).status, 415)
  assert.equal((await service.call('GET', target)).status, 401)
  assert.equal((await service.call('GET', target, { as: 'bob' })).status, 403)
  const got = await service.call('GET', target, { as: 'alice' })
  assert.equal(got.text, text)
  assert.equal(got.headers['content-type'], 'application/free+xml')
  assert.equal(got.headers['cache-control'], 'no-cache')
  const deeper = await put(`${target}/deeper`, 'application/free+xml', text)
  assert.equal(deeper.status, 409)
  assert.match(deeper.text, /<no-parent/)
  assert.equal((await service.call('DELETE', target, { as: 'alice' })).status, 200)
  assert.equal((await service.call('GET', target, { as: 'alice' })).status, 404)
})

test('RFC 4825 §8.2.5: a document is checked against the schema of its usage', async () => {
  const send = (body: string) => put(`${TEST_APP}/checked`, 'application/test-app+xml', body)
  for (const bad of [
    '<test xmlns="test-app"><count>many</count></test>',
    '<test xmlns="test-app"/>',
    '<test xmlns="test-app"><count>1</count><count>2</count></test>',
    '<other xmlns="test-app"/>',
    '<test><count>1</count></test>',
  ]) {
    const got = await send(bad)
    assert.equal(got.status, 409, bad)
    assert.match(got.text, /<schema-validation-error phrase="[^"]+"\/>/)
  }
  assert.equal((await send('<test xmlns="test-app"><count>1</count></test>')).status, 201)
})

test('a configured usage that is there already keeps the server from starting', async () => {
  const usage = { namespace: 'urn:x', mediaType: 'application/x+xml' }
  for (const auids of [['resource-lists'], ['oma_status-icon'], ['xcap-caps'], ['x', 'x']]) {
    const applicationUsages = auids.map((auid) => ({ auid, ...usage }))
    const message = `applicationUsages: there is an application usage ${auids[0]!} already`
    await assert.rejects(startXcapService({ applicationUsages }), { message })
  }
})

test('CSP: drawings that somebody stored run nothing, though their type is an image’s', async () => {
  const usage = { namespace: 'http://www.w3.org/2000/svg', mediaType: 'image/svg+xml' }
  const drawings = await startXcapService({ applicationUsages: [{ auid: 'drawings', ...usage }] })
  const target = '/xcap-root/drawings/users/sip:alice@example.com/index'
  const body = `<svg xmlns="${usage.namespace}"><script>steal()</script></svg>`
  const headers = { 'Content-Type': usage.mediaType }
  assert.equal((await drawings.call('PUT', target, { as: 'alice', headers, body })).status, 201)
  const got = await drawings.call('GET', target, { as: 'alice' })
  assert.equal(got.headers['content-security-policy'], "default-src 'none'; sandbox")
  await drawings.end()
})

test('a schema that is none keeps the server from starting', async () => {
  const schema = join(folder, 'types.xsd')
  await writeFile(join(folder, 'broken.xsd'), '<nothing/>')
  const usage = { auid: 'x', namespace: 'urn:x', mediaType: 'application/x+xml' }
  const { loadSchemaValidator } = await import('../../xcap-server/schema-validator.ts')
  await assert.rejects(loadSchemaValidator(join(folder, 'broken.xsd')))
  await assert.rejects(loadSchemaValidator(join(folder, 'absent.xsd')))
  const other = await startXcapService({ applicationUsages: [{ ...usage, schema }] })
  await other.end()
})
