import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseResourceLists,
  serializeResourceLists,
  type ListMember,
} from '../../core/documents/resource-lists.ts'
import { fixture, meaningOf, tree, valueOf } from './fixtures.ts'

const EXAMPLES = [
  'rfc4826-3.3.xml',
  'rfc5367-4.xml',
  'rfc5367-7.xml',
  'rfc5875-4.4-subscribe-body.xml',
]
for (const name of EXAMPLES) {
  test(`RFC 4826 §3: ${name} survives a round trip`, () => {
    const read = tree(fixture(`resource-lists/${name}`))
    const lists = valueOf(parseResourceLists(read))
    assert.ok(lists.length > 0)
    const written = tree(serializeResourceLists(lists))
    assert.deepEqual(meaningOf(written), meaningOf(read))
  })
}

test('RFC 4826 §3.1: a list holds entries, references, lists and external lists in their order', () => {
  const [friends] = valueOf(parseResourceLists(tree(fixture('resource-lists/rfc4826-3.3.xml'))))
  assert.equal(friends?.name, 'friends')
  const kinds = (members: readonly ListMember[] = []) => members.map(({ kind }) => kind)
  assert.deepEqual(kinds(friends.members), ['entry', 'entry-ref', 'list'])
  const close = friends.members[2]
  assert.ok(close?.kind === 'list')
  assert.equal(close.displayName?.text, 'Close Friends')
  assert.deepEqual(kinds(close.members), ['entry', 'entry', 'external'])
  const [joe] = close.members
  assert.ok(joe?.kind === 'entry')
  assert.deepEqual([joe.uri, joe.displayName?.text], ['sip:joe@example.com', 'Joe Smith'])
})

const lists = (inside: string) =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${inside}</resource-lists>`

test('RFC 4826 §3.2: elements, attributes and languages of others survive', () => {
  const text = lists(
    '<list name="a"><display-name xml:lang="de">Freunde</display-name>' +
      '<entry uri="sip:b@c"><x:mark xmlns:x="urn:x" y="1">z</x:mark></entry>' +
      '<list xmlns:x="urn:x" x:colour="red"/><x:end xmlns:x="urn:x"/></list>',
  )
  const parsed = valueOf(parseResourceLists(tree(text)))
  assert.deepEqual(meaningOf(tree(serializeResourceLists(parsed))), meaningOf(tree(text)))
})

const BROKEN: [inside: string, detail: string][] = [
  ['<list><entry/></list>', 'an entry has no uri'],
  ['<list><list><entry-ref/></list></list>', 'an entry-ref has no ref'],
]
for (const [inside, detail] of BROKEN) {
  test(`RFC 4826 §3.2: refused because ${detail}`, () => {
    const error = 'schema-validation-error'
    assert.deepEqual(parseResourceLists(tree(lists(inside))), { error, detail })
  })
}

test('RFC 4826 §3.2: another root is no resource-lists document', () => {
  const { detail } = { detail: '', ...parseResourceLists(tree('<resource-lists/>')) }
  assert.equal(detail, 'the root is not resource-lists')
})
