/** Values that may stand once: each double is named by its place, and a free value is proposed. RFC 4825 §8.2.5, §11.1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UniquenessConflict } from '../../core/documents/xcap-error.ts'
import { readXml } from '../../core/documents/xml-reader.ts'
import { UniquenessFailure } from '../../xcap-server/conflicts.ts'
import { checkUniqueness, type UniqueAttribute } from '../../xcap-server/uniqueness.ts'

const RL = 'urn:ietf:params:xml:ns:resource-lists'
const RULES: readonly UniqueAttribute[] = [
  { namespace: RL, element: 'list', attribute: 'name', free: true },
  { namespace: RL, element: 'entry', attribute: 'uri', free: false },
]

/** The report, or nothing when all values stand once. */
function conflictsIn(
  xml: string,
  rules = RULES,
  defaultNamespace = RL,
): readonly UniquenessConflict[] {
  const reading = readXml(xml)
  assert.ok(reading.error === undefined, reading.error)
  try {
    checkUniqueness(reading.value, rules, defaultNamespace)
  } catch (error) {
    assert.ok(error instanceof UniquenessFailure)
    assert.ok(error.report.name === 'uniqueness-failure')
    assert.match(error.report.phrase ?? '', /is there twice\.$/)
    return error.report.exists
  }
  return []
}

const lists = (inside: string) => `<resource-lists xmlns="${RL}">${inside}</resource-lists>`

test('RFC 4825 §11.1: the field is a URI that begins with the root element', () => {
  const doubled = lists(
    '<list name="a"><entry uri="u"/><entry uri="v"/><entry uri="u"/></list><list name="b"/>',
  )
  assert.deepEqual(conflictsIn(doubled), [
    { field: 'resource-lists/list%5B1%5D/entry%5B3%5D/@uri', alternatives: [] },
  ])
})

test('a step says its position only where there is more than one of the name', () => {
  const doubled = lists('<list><entry uri="u"/><x xmlns="urn:x"/><entry uri="u"/></list>')
  assert.deepEqual(conflictsIn(doubled), [
    { field: 'resource-lists/list/entry%5B2%5D/@uri', alternatives: [] },
  ])
})

test('every double is named, and what is proposed is free beside all that was proposed', () => {
  const doubled = lists(
    '<list name="friends"/><list name="friends"/><list name="friends-3"/><list name="friends"/>',
  )
  assert.deepEqual(conflictsIn(doubled), [
    { field: 'resource-lists/list%5B2%5D/@name', alternatives: ['friends-2'] },
    { field: 'resource-lists/list%5B4%5D/@name', alternatives: ['friends-4'] },
  ])
})

test('RFC 4826 §3.4.5: unique within one parent, by case-sensitive comparison of strings', () => {
  for (const fine of [
    '<list name="a"><list name="a"/></list><list name="A"/>',
    '<list><entry uri="sip:bob@example.com"/><entry uri="sip:bob@EXAMPLE.com"/></list>',
    '<list name="a"><entry uri="u"/></list><list name="b"><entry uri="u"/></list>',
    '<list/><list/>',
    '<list><x uri="u" xmlns="urn:x"/><x uri="u" xmlns="urn:x"/></list>',
    '<list x:name="a" xmlns:x="urn:x"/><list x:name="a" xmlns:x="urn:x"/>',
  ]) {
    assert.deepEqual(conflictsIn(lists(fine)), [], fine)
  }
})

test('RFC 4825 §6.4: an element outside of the default namespace brings its prefix in the query', () => {
  const CP = 'urn:ietf:params:xml:ns:common-policy'
  const rules = [{ namespace: CP, element: 'rule', attribute: 'id', free: true }]
  const doubled = `<ruleset xmlns="${CP}"><rule id="a"/><rule id="a"/></ruleset>`
  assert.deepEqual(conflictsIn(doubled, rules, 'urn:ietf:params:xml:ns:pres-rules'), [
    { field: `n1:ruleset/n1:rule%5B2%5D/@id?xmlns(n1=${CP})`, alternatives: ['a-2'] },
  ])
  const odd = 'urn:a(b)^'
  const escaped = conflictsIn(
    doubled.replace(CP, odd),
    [{ namespace: odd, element: 'rule', attribute: 'id', free: false }],
    RL,
  )
  assert.equal(escaped[0]?.field, 'n1:ruleset/n1:rule%5B2%5D/@id?xmlns(n1=urn:a%5E(b%5E)%5E%5E)')
})

test('a document of nothing but doubles gets a report of bounded length', () => {
  assert.equal(conflictsIn(lists('<list name="a"/>'.repeat(9000))).length, 100)
})
