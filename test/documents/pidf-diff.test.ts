import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  numbered,
  parsePartialPresence,
  pidfDiff,
  pidfFull,
} from '../../core/documents/pidf-diff.ts'
import type { PatchOperation } from '../../core/documents/xml-patch.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import { canonical } from '../model/canonical-xml.ts'
import { fixture, valueOf } from './fixtures.ts'

const read = (text: string | Uint8Array) => valueOf(parsePartialPresence(valueOf(readSource(text))))

for (const [name, version] of [
  ['rfc5262-6-full-1.xml', 567],
  ['rfc5262-6-full-2.xml', 568],
  ['rfc5263-5-full.xml', 1],
] as const) {
  test(`RFC 5262 §3: ${name} is PIDF with a version, and survives being read and written`, () => {
    const full = read(fixture(`pidf-diff/${name}`))
    assert.ok(full.kind === 'full')
    assert.equal(full.version, version)
    assert.match(full.presence, /<presence xmlns="urn:ietf:params:xml:ns:pidf"[^>]* entity="[^"]+"/)
    assert.doesNotMatch(full.presence, /version="\d|pidf-diff/)
    const again = read(numbered(pidfFull(full.presence), version))
    assert.ok(again.kind === 'full')
    assert.equal(canonical(again.presence), canonical(full.presence))
  })
}

for (const [name, version] of [
  ['rfc5262-6-diff.xml', 568],
  ['rfc5263-5-diff.xml', 2],
] as const) {
  test(`RFC 5262 §3: ${name} is four operations, and survives being read and written`, () => {
    const diff = read(fixture(`pidf-diff/${name}`))
    assert.ok(diff.kind === 'diff')
    assert.deepEqual([diff.version, diff.operations.length], [version, 4])
    const used = diff.operations.map((one) => {
      const namespaces = new Map(one.namespaces)
      namespaces.delete('p')
      return { ...one, namespaces }
    })
    const again = read(numbered(pidfDiff('pres:someone@example.com', used), version))
    assert.ok(again.kind === 'diff')
    const gist = (operations: readonly PatchOperation[]) =>
      operations.map((one) => ({ ...one, namespaces: undefined }))
    assert.deepEqual(gist(again.operations), gist(used))
  })
}

test('RFC 5262 §3: a prefix of the content is never that of the format', () => {
  const namespaces = new Map([['p', 'urn:other']])
  const operation = { operation: 'add' as const, selector: '*', content: '<p:x/>', namespaces }
  const again = read(numbered(pidfDiff('sip:a@b', [operation]), 3))
  assert.ok(again.kind === 'diff')
  assert.equal(again.operations[0]?.namespaces.get('p'), 'urn:other')
})

test('RFC 5262 §3: PIDF with a prefix is the same document', () => {
  const text =
    '<pidf-full xmlns="urn:ietf:params:xml:ns:pidf-diff" xmlns:x="urn:ietf:params:xml:ns:pidf" version="1" entity="sip:a@b"/>'
  const full = read(text)
  const presence =
    '<x:presence xmlns:x="urn:ietf:params:xml:ns:pidf" entity="sip:a@b"></x:presence>'
  assert.equal(full.kind === 'full' && full.presence, presence)
})

for (const [what, text] of [
  ['another root', '<presence version="1"/>'],
  ['no version', '<pidf-diff xmlns="urn:ietf:params:xml:ns:pidf-diff"/>'],
  ['an odd version', '<pidf-diff xmlns="urn:ietf:params:xml:ns:pidf-diff" version="-1"/>'],
  ['no PIDF', '<pidf-full xmlns="urn:ietf:params:xml:ns:pidf-diff" version="1"/>'],
  [
    'an operation without sel',
    '<d xmlns="urn:ietf:params:xml:ns:pidf-diff" version="1"><add/></d>',
  ],
] as const) {
  test(`RFC 5262 §3: ${what} is refused`, () => {
    const root = text.replace('<d ', '<pidf-diff ').replace('</d>', '</pidf-diff>')
    const reading = parsePartialPresence(valueOf(readSource(root)))
    assert.equal(reading.error, 'schema-validation-error')
  })
}
