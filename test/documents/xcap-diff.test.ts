import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { parseXcapDiff, serializeXcapDiff, type XcapDiff } from '../../core/documents/xcap-diff.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import { fixture, valueOf } from './fixtures.ts'

function read(text: string | Uint8Array): XcapDiff {
  return valueOf(parseXcapDiff(valueOf(readSource(text))))
}

/** Which prefixes are in scope says nothing, only what those that are used mean. */
function meaning({ xcapRoot, changes }: XcapDiff) {
  const plain = JSON.stringify(changes, (key, value: unknown) =>
    key === 'namespaces' ? undefined : value,
  )
  return { xcapRoot, changes: JSON.parse(plain) as unknown }
}

const folder = new URL('../fixtures/documents/xcap-diff/', import.meta.url)

for (const name of readdirSync(folder).filter((one) => one.endsWith('.xml'))) {
  test(`RFC 5874 §3: ${name} survives being read and written`, () => {
    const diff = read(fixture(`xcap-diff/${name}`))
    assert.deepEqual(meaning(read(serializeXcapDiff(diff))), meaning(diff))
  })
}

test('RFC 5874 §5: documents, elements and attributes of the example', () => {
  const { xcapRoot, changes } = read(fixture('xcap-diff/rfc5874-5-l477.xml'))
  assert.equal(xcapRoot, 'http://xcap.example.com/root/')
  assert.deepEqual(changes[0], {
    kind: 'document',
    selector: 'resource-lists/users/sip:joe@example.com/coworkers',
    previousTag: '8a77f8d',
    newTag: '7ahggs',
  })
  const element = changes[1]
  assert.ok(element?.kind === 'element' && element.exists)
  assert.match(element.content ?? '', /^<service uri="sip:marketing@example.com">[^]*<\/service>$/)
  assert.equal(element.namespaces.get('rl'), 'urn:ietf:params:xml:ns:resource-lists')
  assert.equal(changes[2]?.kind === 'attribute' && changes[2].value, 'sip:marketing@example.com')
})

test('RFC 5874 figure 1: created, changed, only its tag changed, removed', () => {
  const documents = [
    { newTag: 'y' },
    { previousTag: 'x', newTag: 'y' },
    { previousTag: 'x', newTag: 'y', patch: [] },
    { previousTag: 'x' },
  ].map((rest) => ({ kind: 'document' as const, selector: 'a/users/b/c', ...rest }))
  const text = serializeXcapDiff({ xcapRoot: 'http://x/', changes: documents })
  assert.equal(text.match(/body-not-changed/g)?.length, 1)
  assert.deepEqual(read(text).changes, documents)
})

test('RFC 5874 §3: an element whose namespace has the prefix of the format keeps it', () => {
  const namespaces = new Map([['d', 'urn:other']])
  const change = {
    kind: 'element' as const,
    selector: 'a',
    exists: true,
    content: '<d:x/>',
    namespaces,
  }
  const [again] = read(serializeXcapDiff({ xcapRoot: 'http://x/', changes: [change] })).changes
  assert.ok(again?.kind === 'element')
  assert.equal(again.content, '<d:x/>')
  assert.equal(again.namespaces.get('d'), 'urn:other')
})

for (const [what, text] of [
  ['another root', '<other/>'],
  ['no xcap-root', '<xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff"/>'],
  [
    'a document without sel',
    '<xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff" xcap-root="x"><document/></xcap-diff>',
  ],
  [
    'an unknown element',
    '<xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff" xcap-root="x"><n sel="x"/></xcap-diff>',
  ],
] as const) {
  test(`RFC 5874 §3: ${what} is refused`, () => {
    assert.equal(parseXcapDiff(valueOf(readSource(text))).error, 'schema-validation-error')
  })
}
