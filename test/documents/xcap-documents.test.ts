import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePresContent, serializePresContent } from '../../core/documents/pres-content.ts'
import { parseXcapCaps, serializeXcapCaps } from '../../core/documents/xcap-caps.ts'
import { parseXcapDirectory, serializeXcapDirectory } from '../../core/documents/xcap-directory.ts'
import {
  parseXcapError,
  serializeXcapError,
  type XcapError,
} from '../../core/documents/xcap-error.ts'
import { xmlElement } from '../../core/documents/xml-element.ts'
import { fixture, tree, valueOf } from './fixtures.ts'

test('OMA pres-content: an icon survives a round trip', () => {
  const content = valueOf(parsePresContent(tree(fixture('oma/icon-with-description.xml'))))
  assert.equal(content.mimeType, 'image/png')
  assert.equal(content.encoding, 'base64')
  assert.deepEqual(content.descriptions, [{ text: 'me', language: 'en' }])
  assert.equal(Buffer.from(content.data, 'base64').length, 70)
  assert.deepEqual(valueOf(parsePresContent(tree(serializePresContent(content)))), content)
})

test('OMA pres-content: what we write is what the standard shows', () => {
  const bytes = fixture('oma/icon-png-1x1.xml')
  const content = valueOf(parsePresContent(tree(bytes)))
  assert.equal(serializePresContent(content).trim(), Buffer.from(bytes).toString().trim())
})

const content = (inside: string) =>
  `<content xmlns="urn:oma:xml:prs:pres-content">${inside}</content>`

test('OMA pres-content: elements and attributes of others survive', () => {
  const text = `<content xmlns="urn:oma:xml:prs:pres-content" a="1"><data>AA==</data><x:y xmlns:x="urn:x">z</x:y></content>`
  const parsed = valueOf(parsePresContent(tree(text)))
  assert.equal(parsed.extensions.length, 1)
  assert.equal(serializePresContent(parsed).split('\n')[1], text)
})

test('Jitsi writes data before encoding and type', () => {
  const text = content(
    '<data>AA==</data><encoding>base64</encoding><mime-type>image/png</mime-type>',
  )
  const { mimeType, encoding, data } = valueOf(parsePresContent(tree(text)))
  assert.deepEqual([mimeType, encoding, data], ['image/png', 'base64', 'AA=='])
})

const broken: [text: string, detail: string][] = [
  ['<content/>', 'the root is not content of pres-content'],
  [content(''), 'content has no data'],
  [content('<data>a</data><data>b</data>'), 'content holds data twice'],
  [content('<data><b/></data>'), 'data holds an element'],
  [content('<data>a</data><size>3</size>'), 'content holds an unknown element size'],
  [content('<data>a</data><toString/>'), 'content holds an unknown element toString'],
  [content('x<data>a</data>'), 'text stands between the elements of content'],
]
for (const [text, detail] of broken) {
  test(`OMA pres-content: refused because ${detail}`, () => {
    assert.deepEqual(parsePresContent(tree(text)), { error: 'schema-validation-error', detail })
  })
}

const errors: XcapError[] = [
  { name: 'schema-validation-error' },
  { name: 'not-xml-frag', phrase: 'no <element>' },
  { name: 'no-parent' },
  { name: 'no-parent', phrase: 'gone', ancestor: 'http://example.com/xcap-root/a' },
  { name: 'cannot-insert' },
  { name: 'not-xml-att-value' },
  {
    name: 'uniqueness-failure',
    exists: [
      {
        field: 'rls-services/service/@uri',
        alternatives: ['sip:b@example.com', 'sip:c@example.com'],
      },
    ],
  },
  { name: 'uniqueness-failure', phrase: 'taken', exists: [{ field: 'a', alternatives: [] }] },
  { name: 'not-well-formed' },
  { name: 'constraint-failure', phrase: 'the image is larger than 300 KiB' },
  { name: 'cannot-delete' },
  { name: 'not-utf-8' },
  { name: 'extension', elements: [xmlElement('urn:x', 'quota')] },
]
for (const error of errors) {
  test(`RFC 4825 §11: ${JSON.stringify(error)} survives a round trip`, () => {
    const reread = valueOf(parseXcapError(tree(serializeXcapError(error))))
    assert.equal(serializeXcapError(reread), serializeXcapError(error))
    assert.equal(reread.name, error.name)
  })
}

test('RFC 4825 §11.1: the example of a value that is taken', () => {
  assert.deepEqual(valueOf(parseXcapError(tree(fixture('rfc4825-11.1-uniqueness-failure.xml')))), {
    name: 'uniqueness-failure',
    exists: [{ field: 'rls-services/service/@uri', alternatives: ['sip:mybuddies@example.com'] }],
  })
})

test('OMA XCAP directory: entries and error codes survive a round trip', () => {
  const folders = valueOf(parseXcapDirectory(tree(fixture('oma/xcap-directory-all.xml'))))
  assert.deepEqual(
    folders.map(({ auid, entries, errorCode }) => [auid, entries.length, errorCode]),
    [
      ['resource-lists', 1, undefined],
      ['org.openmobilealliance.pres-content', 1, undefined],
      ['rls-services', 0, '503'],
    ],
  )
  assert.deepEqual(folders[1]?.entries[0], {
    uri: 'http://xcap.example.com/org.openmobilealliance.pres-content/users/sip:joe@example.com/oma_status-icon/rcs_status_icon',
    etag: '40a3d13d13e17fb5273c29173dbfbea2',
    lastModified: '2008-12-23T10:00:00Z',
    size: 1234,
  })
  assert.deepEqual(valueOf(parseXcapDirectory(tree(serializeXcapDirectory(folders)))), folders)
})

test('OMA XCAP directory: an entry needs uri and etag', () => {
  const text =
    '<xcap-directory xmlns="urn:oma:xml:xdm:xcap-directory"><folder auid="a"><entry uri="u"/></folder></xcap-directory>'
  assert.equal(parseXcapDirectory(tree(text)).error, 'schema-validation-error')
})

test('RFC 4825 §12: capabilities survive a round trip, unknown ones too', () => {
  const caps = {
    auids: ['xcap-caps', 'resource-lists'],
    extensions: ['e'],
    namespaces: ['urn:ietf:params:xml:ns:xcap-caps'],
    unknown: [{ ...xmlElement('urn:x', 'y'), prefix: 'x' }],
  }
  assert.deepEqual(valueOf(parseXcapCaps(tree(serializeXcapCaps(caps)))), caps)
  assert.equal(
    serializeXcapCaps({ auids: ['a'], extensions: [], namespaces: ['n'], unknown: [] }).split(
      '\n',
    )[1],
    '<xcap-caps xmlns="urn:ietf:params:xml:ns:xcap-caps"><auids><auid>a</auid></auids><namespaces><namespace>n</namespace></namespaces></xcap-caps>',
  )
})
