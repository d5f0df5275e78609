import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parsePidf,
  PIDF_NAMESPACE,
  serializePidf,
  type PresenceDocument,
} from '../../core/documents/pidf.ts'
import { attributeOf, elementsOf } from '../../core/documents/xml-element.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { fixture, meaningOf, tree, valueOf } from './fixtures.ts'

const read = (source: Uint8Array | string) =>
  valueOf(readDocument(source, (root) => parsePidf(root)))
const fault = (source: Uint8Array | string) => {
  const reading = readDocument(source, (root) => parsePidf(root))
  return reading.error === undefined ? undefined : reading.detail
}
/** What is said, without prefixes. */
const meaning = (document: PresenceDocument) => ({
  ...document,
  tuples: document.tuples.map((tuple) => ({
    ...tuple,
    statusExtensions: tuple.statusExtensions.map(meaningOf),
    extensions: tuple.extensions.map(meaningOf),
  })),
  extensions: document.extensions.map(meaningOf),
})

const FILES = [
  'rfc3863-4.2.2-default-ns',
  'rfc3863-4.2.2-prefixed',
  'rfc3863-4.2.4-status-location',
  'rfc3863-4.3.1-status-ext',
  'rfc3863-4.3.2-other-ext',
  'rfc3863-4.3.3-mandatory',
  'rfc4480-4-rpid',
  'rfc4481-4-timed-status',
  'rfc4482-4-cipid-corrected',
  'rfc4482-4-cipid-rpid',
  'rfc4827-11-pidf-manipulation',
  'rfc5196-5-caps',
  'rfc8048-5.2.1-show',
]
for (const file of FILES) {
  test(`RFC 3863 §4.2.3: ${file} survives a round trip with all its extensions`, () => {
    const document = read(fixture(`pidf/${file}.xml`))
    assert.deepEqual(meaning(read(serializePidf(document))), meaning(document))
  })
}

test('RFC 3863 §4.2.2: prefixed and default namespace say the same', () => {
  const [a, b] = ['prefixed', 'default-ns'].map((form) =>
    read(fixture(`pidf/rfc3863-4.2.2-${form}.xml`)),
  )
  assert.deepEqual(a, b)
  assert.deepEqual(a?.tuples, [
    {
      id: 'sg89ae',
      basic: 'open',
      statusExtensions: [],
      extensions: [],
      contact: { uri: 'tel:+09012345678', priority: '0.8' },
      notes: [],
    },
  ])
})

test('RFC 3863 §4.2.3: an extension that must be understood leaves the tuple usable', () => {
  const { tuples } = read(fixture('pidf/rfc3863-4.3.3-mandatory.xml'))
  assert.equal(tuples[0]?.basic, 'open')
  const [marked] = elementsOf(tuples[0].extensions[0]!)
  assert.equal(attributeOf(marked!, 'mustUnderstand', PIDF_NAMESPACE), '1')
})

test('RFC 3863 §4.1.6: notes keep their languages', () => {
  const { tuples, notes } = read(fixture('pidf/rfc3863-4.3.1-status-ext.xml'))
  assert.deepEqual(tuples[0]?.notes, [
    { text: "Don't Disturb Please!", language: 'en' },
    { text: "Ne derangez pas, s'il vous plait", language: 'fr' },
  ])
  assert.deepEqual(notes, [{ text: "I'll be in Tokyo next week" }])
})

test('RFC 3863 §4.1.1: a document that does not say whose it is needs an owner from elsewhere', () => {
  const bytes = fixture('pidf/rfc4479-7.1-data-model.xml')
  assert.equal(fault(bytes), 'presence has no entity')
  assert.equal(valueOf(parsePidf(tree(bytes), 'sip:a@b')).entity, 'sip:a@b')
})

test('RFC 4482 §4: the broken example is not well-formed', () => {
  const reading = readDocument(fixture('pidf/rfc4482-4-cipid-published-BROKEN.xml'), (root) =>
    parsePidf(root),
  )
  assert.equal(reading.error, 'not-well-formed')
})

const presence = (content: string) =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@b">${content}</presence>`
const faults: [content: string, detail: string][] = [
  ['<tuple><status/></tuple>', 'a tuple has no id'],
  ['<tuple id="t"/>', 'tuple t has no status'],
  [
    '<tuple id="t"><status><basic>on</basic></status></tuple>',
    'tuple t: basic is neither open nor closed',
  ],
  ['<tuple id="t"><status><basic/></status></tuple>', 'tuple t: basic is neither open nor closed'],
  ['<tuple id="t"><status/><status/></tuple>', 'tuple t holds an unexpected element status'],
  ['<tuple id="t"><status/><busy/></tuple>', 'tuple t holds an unexpected element busy'],
  ['<status/>', 'presence holds an unknown element status'],
]
for (const [content, detail] of faults) {
  test(`RFC 3863 §4: ${content} is refused: ${detail}`, () => {
    assert.equal(fault(presence(content)), detail)
  })
}

test('RFC 3863 §4: a root of another namespace is not PIDF', () => {
  assert.equal(fault('<presence entity="a"/>'), 'the root is not presence of PIDF')
})

test('RFC 3863 §4.1.2: the order of elements is tolerated and put right', () => {
  const document = read(
    presence(
      '<note>n</note><tuple id="t"><timestamp>2001-01-01T00:00:00Z</timestamp><contact>sip:a@b</contact><status><basic> open </basic></status></tuple>',
    ),
  )
  assert.equal(
    serializePidf(document).split('\n')[1],
    presence(
      '<tuple id="t"><status><basic>open</basic></status><contact>sip:a@b</contact><timestamp>2001-01-01T00:00:00Z</timestamp></tuple><note>n</note>',
    ),
  )
})

test('RFC 3863 §4.1.5: a priority out of range is as good as none', () => {
  const priorityOf = (priority: string) =>
    read(
      presence(`<tuple id="t"><status/><contact priority="${priority}">sip:a@b</contact></tuple>`),
    ).tuples[0]?.contact?.priority
  assert.deepEqual(['0', '0.123', '1.000', '1'].map(priorityOf), ['0', '0.123', '1.000', '1'])
  assert.deepEqual(['1.1', '-1', '0.1234', 'high', ''].map(priorityOf), Array(5).fill(undefined))
})

test('CLIENTS: whatever the prefixes of the publisher were, ours are literal and elements without content self-closed', () => {
  const text = serializePidf(
    read(
      '<p:presence xmlns:p="urn:ietf:params:xml:ns:pidf" xmlns:d="urn:ietf:params:xml:ns:pidf:data-model" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:a@b"><p:tuple id="t"><p:status><p:basic>open</p:basic></p:status></p:tuple><d:person id="p"><r:activities><r:busy></r:busy></r:activities></d:person></p:presence>',
    ),
  )
  assert.match(text, /<basic>open<\/basic>/)
  assert.match(
    text,
    /<dm:person id="p"><rpid:activities><rpid:busy\/><\/rpid:activities><\/dm:person>/,
  )
})
