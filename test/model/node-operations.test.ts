import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DEFAULT_XML_LIMITS } from '../../core/documents/xml-tree-builder.ts'
import { putNode } from '../../core/model/node-operations.ts'
import { get, put, remove, selector, source } from './node-world.ts'

const ROOT = `<?xml version="1.0"?>
<root>
 <el1 att="first"/>
 <el1 att="second"/>
 <!-- comment -->
 <el2 att="first"/>
</root>`
const EL1 = '\n <el1 att="first"/>'
const SECOND = '\n <el1 att="second"/>'
const COMMENT = '\n <!-- comment -->'
const EL2 = '\n <el2 att="first"/>'
const whole = (...parts: string[]) => `<?xml version="1.0"?>\n<root>${parts.join('')}</root>`

const third = '<el1 att="third"/>'
const new2 = '<el2 att="2"/>'
const PLACES: [path: string, content: string, expected: string][] = [
  ['root/el1[@att="third"]', third, whole(EL1, SECOND, third, COMMENT, EL2, '\n')],
  ['root/el1[3][@att="third"]', third, whole(EL1, SECOND, third, COMMENT, EL2, '\n')],
  ['root/*[3][@att="third"]', third, whole(EL1, SECOND, third, COMMENT, EL2, '\n')],
  ['root/el3', '<el3/>', whole(EL1, SECOND, COMMENT, EL2, '\n', '<el3/>')],
  ['root/el3[1]', '<el3/>', whole(EL1, SECOND, COMMENT, EL2, '\n', '<el3/>')],
  ['root/el2[@att="2"]', new2, whole(EL1, SECOND, COMMENT, EL2, new2, '\n')],
  ['root/el2[2][@att="2"]', new2, whole(EL1, SECOND, COMMENT, EL2, new2, '\n')],
  ['root/*[2][@att="2"]', new2, whole(EL1, new2, SECOND, COMMENT, EL2, '\n')],
  ['root/el2[1][@att="2"]', new2, whole(EL1, SECOND, COMMENT, '\n ', new2, EL2.trim(), '\n')],
  ['root/*[1][@att="2"]', new2, whole('\n ', new2, EL1.trim(), SECOND, COMMENT, EL2, '\n')],
  ['root/*[@att="2"]', new2, whole(EL1, SECOND, COMMENT, EL2, '\n', new2)],
  ['root/el2', new2, whole(EL1, SECOND, COMMENT, '\n ', new2, '\n')],
  ['root/el1[2]', third, whole(EL1, '\n ', third, COMMENT, EL2, '\n')],
  ['root/el2/x', '<x/>', whole(EL1, SECOND, COMMENT, '\n <el2 att="first"><x/></el2>', '\n')],
]
for (const [path, content, expected] of PLACES) {
  test(`RFC 4825 §8.2.3: PUT of ${content} to ${path}`, () => {
    assert.equal(put(ROOT, path, content), expected)
  })
}

test('RFC 4825 §8.2: what was put is known as created or replaced', () => {
  const created = (path: string, content: string) => {
    const edit = putNode(source(ROOT), selector(path), content)
    return edit.kind === 'edited' ? edit.created : edit
  }
  assert.equal(created('root/el3', '<el3/>'), true)
  assert.equal(created('root/el2', '<el2/>'), false)
  assert.equal(created('root/el2/@new', '1'), true)
  assert.equal(created('root/el2/@att', '1'), false)
})

const PARENTS: [path: string, steps: number][] = [
  ['other/el1', 0],
  ['root/el9/x', 1],
  ['root/el1/x', 1],
  ['root/el2/x/y/z', 2],
  ['root/el9/@att', 1],
  ['root/el1/@att', 1],
]
for (const [path, ancestorSteps] of PARENTS) {
  test(`RFC 4825 §8.2.1: the parent of ${path} is missing behind step ${ancestorSteps}`, () => {
    const edit = putNode(source(ROOT), selector(path), '<x/>')
    assert.ok(edit.kind === 'conflict')
    assert.deepEqual([edit.conflict, edit.ancestorSteps], ['no-parent', ancestorSteps])
  })
}

const UNSELECTED: [path: string, content: string][] = [
  ['root/el1[@att="third"]', '<el1 att="fourth"/>'],
  ['root/el1[@att="second"]', '<el1 att="third"/>'],
  ['root/el3', '<el4/>'],
  ['root/el1', '<el1 att="third"/>'],
  ['root/el1[4][@att="third"]', third],
  ['root/*[5][@att="2"]', new2],
  ['root/el1[0]', third],
  ['root/el2', '<el2 xmlns="urn:other"/>'],
  ['other', '<other/>'],
  ['root', '<other/>'],
  ['root/el1[@att="first"]/@att', 'third'],
  ['root/el2/@xmlns', 'urn:x'],
  ['root/namespace::*', '<root/>'],
]
for (const [path, content] of UNSELECTED) {
  test(`RFC 4825 §8.2.3, §8.2.4: ${content} cannot be inserted at ${path}`, () => {
    assert.equal(put(ROOT, path, content), 'cannot-insert')
  })
}

const NO_FRAGMENTS = [
  '',
  'text',
  '<x>',
  '<x></y>',
  '<x/><x/>',
  'text<x/>',
  '<x/>text',
  '<!-- c --><x/>',
  '<x/><?pi?>',
  '<?xml version="1.0"?><x/>',
  '<!DOCTYPE x><x/>',
  '<p:x/>',
  '<x a="1" a="2"/>',
  '<x>&unknown;</x>',
  '</root><root>',
  '</x></root><root><x>',
]
for (const content of NO_FRAGMENTS) {
  test(`RFC 4825 §8.2.2: ${content || '(nothing)'} is no XML fragment`, () => {
    assert.equal(put(ROOT, 'root/x', content), 'not-xml-frag')
  })
}

test('RFC 4825 §8.2.2: white space around the one element is left out', () => {
  assert.equal(put('<a/>', 'a/x', '\r\n <x> </x>\n'), '<a><x> </x></a>')
})

test('RFC 4825 §8.2.3: a fragment may use prefixes of the document, and keeps its own declarations', () => {
  const text = '<a xmlns="d" xmlns:p="u"><b/></a>'
  const namespaces = { query: 'xmlns(q=u)', defaultNamespace: 'd' }
  const prefixed = '<p:x xmlns:p="u" xmlns="d"><c/></p:x>'
  assert.equal(put(text, 'a/q:x', '<p:x/>', namespaces), text.replace('</a>', '<p:x/></a>'))
  assert.equal(put(text, 'a/q:x', prefixed, namespaces), text.replace('</a>', `${prefixed}</a>`))
  assert.equal(put(text, 'a/b/c', '<c/>', namespaces), text.replace('<b/>', '<b><c/></b>'))
})

test('an empty-element tag is opened with its attributes as they are written', () => {
  assert.equal(
    put(`<p:a xmlns:p='u' b = '1' />`, '*/x', '<x/>'),
    `<p:a xmlns:p='u' b = '1' ><x/></p:a>`,
  )
})

test('a changed document keeps the limits: depth, elements, attributes, length', () => {
  const limits = {
    ...DEFAULT_XML_LIMITS,
    maxDepth: 3,
    maxElements: 4,
    maxAttributes: 2,
    maxLength: 40,
  }
  const text = '<a><b c="1"/></a>'
  const putIn = (path: string, content: string) => put(text, path, content, { limits })
  assert.equal(putIn('a/b/x', '<x/>'), '<a><b c="1"><x/></b></a>')
  assert.equal(putIn('a/b/x', '<x><y/></x>'), 'constraint-failure')
  assert.equal(putIn('a/x', '<x><y/><y/></x>'), 'constraint-failure')
  assert.equal(putIn('a/x', '<x><y/></x>'), '<a><b c="1"/><x><y/></x></a>')
  assert.equal(putIn('a/x', `<x>${'\u20ac'.repeat(6)}</x>`), 'constraint-failure')
  assert.equal(putIn('a/b/@d', '2'), '<a><b c="1" d="2"/></a>')
  assert.equal(put('<a c="1" d="2"/>', 'a/@e', '3', { limits }), 'constraint-failure')
})

const ATTRIBUTES: [path: string, content: string, expected: string][] = [
  ['a/@b', '"2"', `<a b = '2'  c="x" ><d/></a>`],
  ['a/@b', `'2'`, `<a b = '2'  c="x" ><d/></a>`],
  ['a/@b', '2', `<a b = '2'  c="x" ><d/></a>`],
  ['a/@b', '"2"\n', `<a b = '2'  c="x" ><d/></a>`],
  ['a/@b', '', `<a b = ''  c="x" ><d/></a>`],
  ['a/@b', `it's`, `<a b = 'it&apos;s'  c="x" ><d/></a>`],
  ['a/@c', 'say "x"', `<a b = '1'  c="say &quot;x&quot;" ><d/></a>`],
  ['a/@c', `'"x"&amp;&#x1F600;'`, `<a b = '1'  c="&quot;x&quot;&amp;&#x1F600;" ><d/></a>`],
  ['a/@e', '3', `<a b = '1'  c="x" e="3" ><d/></a>`],
  ['a/@e', `'"'`, `<a b = '1'  c="x" e='"' ><d/></a>`],
  ['a/d/@e', '3', `<a b = '1'  c="x" ><d e="3"/></a>`],
  ['a/@p:e', '3', `<a b = '1'  c="x" xmlns:p="urn:p" p:e="3" ><d/></a>`],
  ['a/@xml:lang', 'en', `<a b = '1'  c="x" xml:lang="en" ><d/></a>`],
]
for (const [path, content, expected] of ATTRIBUTES) {
  test(`RFC 4825 §7.7: PUT of ${content || '(nothing)'} to ${path}`, () => {
    const query = 'xmlns(p=urn:p)'
    assert.equal(put(`<a b = '1'  c="x" ><d/></a>`, path, content, { query }), expected)
  })
}

test('RFC 4825 §7.7: an attribute takes the prefix that the document binds', () => {
  const query = 'xmlns(q=urn:p)'
  assert.equal(
    put('<a xmlns:p="urn:p"/>', 'a/@q:e', '1', { query }),
    '<a xmlns:p="urn:p" p:e="1"/>',
  )
  const taken = put('<a xmlns:q="urn:o"/>', 'a/@q:e', '1', { query })
  assert.equal(taken, '<a xmlns:q="urn:o" xmlns:ns1="urn:p" ns1:e="1"/>')
  const reserved = { query: 'xmlns(q=http://www.w3.org/2000/xmlns/)' }
  assert.equal(put('<a/>', 'a/@q:e', '1', reserved), 'cannot-insert')
})

for (const content of [
  '<',
  '"a',
  '"a"b"',
  `'a"`,
  'a & b',
  '&unknown;',
  '"&#0;"',
  '&#xD800;',
  '&amp',
  '\u0001',
  '\ufffe',
]) {
  test(`RFC 4825 §8.2.2: ${JSON.stringify(content)} is no attribute value`, () => {
    assert.equal(put('<a/>', 'a/@b', content), 'not-xml-att-value')
  })
}

const DELETIONS: [text: string, path: string, expected: string][] = [
  [ROOT, 'root/el2', whole(EL1, SECOND, COMMENT, '\n ', '\n')],
  [ROOT, 'root/el1[2]', whole(EL1, '\n ', COMMENT, EL2, '\n')],
  [ROOT, 'root/el1[1]', 'cannot-delete'],
  [ROOT, 'root/*[3]', whole(EL1, SECOND, COMMENT, '\n ', '\n')],
  [ROOT, 'root/*[1]', 'cannot-delete'],
  [ROOT, 'root/*[1][@att="first"]', whole('\n ', SECOND, COMMENT, EL2, '\n')],
  [ROOT, 'root/el1', 'absent'],
  [ROOT, 'root/el9', 'absent'],
  [ROOT, 'root', 'cannot-delete'],
  [ROOT, 'root/namespace::*', 'cannot-delete'],
  ['<a> <b/> </a>', 'a/b', '<a>  </a>'],
  ['<a><b/></a>', 'a/b', '<a></a>'],
  ['<a>x\r<b/>\ny<c/></a>', 'a/b', '<a>x\r\ny<c/></a>'],
  ['<a>]]<b/>></a>', 'a/b', 'cannot-delete'],
  [`<a b='1'\n c = "2"  d="3" />`, 'a/@c', `<a b='1'  d="3" />`],
  ['<a b="1" />', 'a/@b', '<a />'],
  ['<a b="1" />', 'a/@c', 'absent'],
  ['<a><e id="1" x="1"/><e id="2"/></a>', 'a/e[@id="1"]/@x', '<a><e id="1"/><e id="2"/></a>'],
  ['<a><e id="1"/></a>', 'a/e[@id="1"]/@id', '<a><e/></a>'],
]
for (const [text, path, expected] of DELETIONS) {
  test(`RFC 4825 §8.4: DELETE of ${path} in ${text === ROOT ? 'the example' : JSON.stringify(text)}`, () => {
    assert.equal(remove(text, path), expected)
  })
}

test('a document that is not changed is the same afterwards', () => {
  const document = source(ROOT)
  const before = structuredClone(document)
  putNode(document, selector('root/el1[1]'), '<el1 att="much longer than before"/>')
  assert.deepEqual(document, before)
})

test('RFC 4825 §13: the flow of the examples', () => {
  const message = (name: string) =>
    readFileSync(new URL(`../fixtures/xcap/rfc4825/${name}`, import.meta.url), 'utf8').replaceAll(
      '\r\n',
      '\n',
    )
  const body = (name: string) => message(name).split('\n\n').slice(1).join('\n\n')
  const path = (name: string) => decodeURIComponent(message(name).split(' ')[1]!.split('/~~/')[1]!)
  const lists = { defaultNamespace: 'urn:ietf:params:xml:ns:resource-lists' }
  let text = put(body('1-put-list.http'), path('3-put-entry.http'), body('3-put-entry.http'), lists)
  assert.equal(text, message('4-expected.xml'))
  text = put(text, path('5-put-sublist.http'), body('5-put-sublist.http'), lists)
  text = remove(text, path('6-delete.http'), lists)
  assert.equal(text.includes('petri'), false)
  assert.equal(get(text, path('7-get-att.http'), lists), 'sip:nancy@example.com')
})
