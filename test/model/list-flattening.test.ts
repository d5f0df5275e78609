/** Resource lists made flat. RFC 4826 §4.5. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseResourceLists,
  type ListMember,
  type ResourceList,
} from '../../core/documents/resource-lists.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { flattenList, type FlatList } from '../../core/model/list-flattening.ts'
import { listReference } from '../../core/model/list-reference.ts'

const ROOTS = ['/xcap-root']
const LISTS = 'xmlns="urn:ietf:params:xml:ns:resource-lists"'
const LIMITS = { members: 100, depth: 10 }

function list(content: string): ResourceList {
  const read = readDocument(
    `<resource-lists ${LISTS}><list>${content}</list></resource-lists>`,
    parseResourceLists,
  )
  const [found] = read.error === undefined ? read.value : []
  assert.ok(found)
  return found
}

const entry = (user: string) => `<entry uri="sip:${user}@example.com"/>`
const path = (name: string) => `resource-lists/users/sip:a@example.com/index/~~/${name}`
const external = (name: string) =>
  `<external anchor="http://xcap.example.com/xcap-root/${path(name)}"/>`

/** `world`: what stands at each node, by its one step. */
function flat(content: string, world: Record<string, ListMember> = {}, limits = LIMITS): FlatList {
  const flattened = flattenList(list(content), {
    limits,
    refer: (text) => listReference(text, ROOTS),
    look: ({ uri }) => world[uri.node.join('/')],
  })
  assert.ok('members' in flattened)
  return flattened
}

const uris = ({ members }: FlatList) => members.map(({ uri }) => uri)

test('RFC 4826 §4.5: nested lists are walked in order, and equal URIs are one', () => {
  const content = `${entry('a')}<list name="n">${entry('b')}${entry('a')}</list>${entry('c')}`
  const found = flat(content)
  assert.deepEqual(uris(found), ['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com'])
  assert.equal(found.problem, undefined)
})

test('RFC 4826 §4.5: URIs are equal by case-sensitive comparison of strings', () => {
  const found = flat('<entry uri="sip:A@example.com"/><entry uri="sip:a@example.com"/>')
  assert.equal(found.members.length, 2)
})

test('RFC 4826 §4.5: only schemes that can be subscribed to are taken', () => {
  const content = ['mailto:a@example.com', 'pres:b@example.com', 'http://example.com', 'tel:+49123']
  const found = flat(content.map((uri) => `<entry uri="${uri}"/>`).join(''))
  assert.deepEqual(uris(found), ['pres:b@example.com', 'tel:+49123'])
})

test('RFC 4826 §3.2: the display name goes with its entry', () => {
  const content = '<entry uri="sip:b@example.com"><display-name>Bill Doe</display-name></entry>'
  assert.deepEqual(flat(content).members[0]?.displayName, { text: 'Bill Doe' })
})

test('an entry that Blink escaped whole is the address that it means', () => {
  assert.deepEqual(uris(flat('<entry uri="sip%3Abob%40example.com"/>')), ['sip:bob@example.com'])
})

test('RFC 4826 §4.5: an external list stands in the place of its element', () => {
  const world = { friends: list(entry('b')) }
  const found = flat(`${entry('a')}${external('friends')}${entry('c')}`, world)
  assert.deepEqual(uris(found), ['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com'])
})

test('RFC 4826 §4.5: an entry-ref gives the entry that it refers to', () => {
  const one = list(entry('b')).members[0]
  assert.ok(one)
  const found = flat(`<entry-ref ref="${path('one')}"/>`, { one })
  assert.deepEqual(uris(found), ['sip:b@example.com'])
})

for (const [what, content] of [
  ['an external to nothing', external('nothing')],
  ['an external to an entry', external('one')],
  ['an external without an anchor', '<external/>'],
  ['an external elsewhere', '<external anchor="http://example.org/lists/all"/>'],
  ['an entry-ref to nothing', `<entry-ref ref="${path('nothing')}"/>`],
  ['an entry-ref to a list', `<entry-ref ref="${path('friends')}"/>`],
] as const) {
  test(`RFC 4826 §4.5: ${what} is a bad reference, and the rest of the list is still known`, () => {
    const one = list(entry('b')).members[0]
    assert.ok(one)
    const found = flat(`${content}${entry('a')}`, { one, friends: list('') })
    assert.equal(found.problem, 'bad-reference')
    assert.deepEqual(uris(found), ['sip:a@example.com'])
  })
}

test('RFC 4826 §4.5: an anchor that was visited before stops the walk', () => {
  const world = { x: list(entry('x') + external('y')), y: list(external('x') + entry('y')) }
  const found = flat(external('x') + entry('z'), world)
  assert.equal(found.problem, 'loop')
  assert.deepEqual(uris(found), ['sip:x@example.com'])
})

test('RFC 4826 §4.5: a list that refers to itself is a circle, however its host is spelled', () => {
  const origin = listReference(path('self'), ROOTS)
  assert.ok(origin)
  const self = list(`<external anchor="https://other.example.com:8443/xcap-root/${path('self')}"/>`)
  const found = flattenList(self, {
    ...{ limits: LIMITS, origin },
    refer: (text) => listReference(text, ROOTS),
    look: () => self,
  })
  assert.ok('members' in found)
  assert.equal(found.problem, 'loop')
})

test('a list has bounds: its members and its depth', () => {
  const many = Array.from({ length: 101 }, (_, at) => entry(`u${at}`)).join('')
  assert.equal(flat(many).problem, 'too-many-members')
  assert.equal(flat(many).members.length, 100)
  const deep = '<list>'.repeat(11) + entry('a') + '</list>'.repeat(11)
  assert.equal(flat(deep).problem, 'too-deep')
})

test('what is missing is named, all of it at once', () => {
  const found = flattenList(list(external('x') + external('y')), {
    limits: LIMITS,
    refer: (text) => listReference(text, ROOTS),
    look: () => 'unfetched',
  })
  assert.ok('unfetched' in found)
  assert.deepEqual(
    found.unfetched.map(({ uri }) => uri.node),
    [['x'], ['y']],
  )
})
