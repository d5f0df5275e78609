import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeOf, textOf, xmlElement } from '../../core/documents/xml-element.ts'
import { DEFAULT_XML_LIMITS, readXml } from '../../core/documents/xml-reader.ts'
import { tree } from './fixtures.ts'

const errorOf = (source: Uint8Array | string) => readXml(source).error

const notWellFormed: [fault: string, source: string][] = [
  ['nothing at all', ''],
  ['text alone', 'hello'],
  ['two roots', '<a/><b/>'],
  ['text after the root', '<a/>x'],
  ['an element that is not closed', '<a><b></a>'],
  ['a cut document', '<a><b'],
  ['an attribute twice', '<a b="1" b="2"/>'],
  ['an attribute twice in one namespace', '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>'],
  ['an attribute without quotes', '<a b=1/>'],
  ['< in an attribute', '<a b="<"/>'],
  ['a bare ampersand', '<a>b & c</a>'],
  ['an entity of its own', '<a>&unknown;</a>'],
  [']]> in text', '<a>]]></a>'],
  ['a control character', '<a>\u0001</a>'],
  ['a reference to a control character', '<a>&#1;</a>'],
  ['a prefix that is not bound', '<p:a/>'],
  ['an attribute prefix that is not bound', '<a p:b="1"/>'],
  ['an undeclared prefix binding', '<a xmlns:p=""/>'],
  ['a document type declaration', '<!DOCTYPE a><a/>'],
  ['an entity declaration', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['a declaration that comes late', ' <?xml version="1.0"?><a/>'],
  ['a comment with --', '<a><!-- -- --></a>'],
  ['a document type declaration behind an open comment', '<!-- <!DOCTYPE a><a/>'],
]
for (const [fault, source] of notWellFormed) {
  test(`XML 1.0: ${fault} is not well-formed`, () => {
    assert.equal(errorOf(source), 'not-well-formed')
  })
}

test('RFC 4825 §8.2.1: bytes that are not UTF-8 are refused as such', () => {
  assert.equal(errorOf(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e)), 'not-utf-8')
  assert.equal(errorOf(Buffer.from('\ufeff<a/>', 'utf16le')), 'not-utf-8')
  assert.equal(errorOf('<?xml version="1.0" encoding="ISO-8859-1"?><a/>'), 'not-utf-8')
})

test('XML 1.0: a byte order mark and a declared utf-8 in any case are fine', () => {
  const bytes = Buffer.from('\ufeff<?xml version="1.0" encoding="utf-8"?><a>ü</a>')
  assert.equal(textOf(tree(bytes)), 'ü')
})

test('names are resolved, the prefix is only remembered', () => {
  const root = tree('<p:a xmlns:p="urn:x" xmlns="urn:y" p:b="1" c="2"><d/><e xmlns=""/></p:a>')
  assert.deepEqual(
    [root.namespace, root.name, root.prefix, root.attributes.length],
    ['urn:x', 'a', 'p', 2],
  )
  assert.equal(attributeOf(root, 'b', 'urn:x'), '1')
  assert.equal(attributeOf(root, 'b'), undefined)
  assert.equal(attributeOf(root, 'c'), '2')
  assert.deepEqual(root.children, [xmlElement('urn:y', 'd'), xmlElement('', 'e')])
})

test('references and CDATA are text, white space between elements is nothing, comments are not kept', () => {
  const root = tree('<a>\n <b>x&amp;<![CDATA[<y>]]>&#x41;</b> <!-- c --> <c>  </c>\n <?pi d?></a>')
  assert.deepEqual(
    root,
    xmlElement('', 'a', [xmlElement('', 'b', ['x&<y>A']), xmlElement('', 'c', ['  '])]),
  )
})

test('a comment may speak of <!DOCTYPE', () => {
  assert.equal(errorOf('<a><!-- <!DOCTYPE b> --><![CDATA[<!DOCTYPE c>]]></a>'), undefined)
})

test('depth, number of elements and attributes, and length are bounded', () => {
  const deep = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels)
  assert.equal(errorOf(deep(128)), undefined)
  assert.equal(errorOf(deep(129)), 'too-large')
  assert.equal(errorOf(deep(100_000)), 'too-large')
  assert.equal(errorOf(`<a>${'<b/>'.repeat(50_000)}</a>`), 'too-large')
  const attributes = Array.from({ length: 65 }, (_, index) => ` a${index}=""`).join('')
  assert.equal(errorOf(`<a${attributes}/>`), 'too-large')
  assert.equal(errorOf(`<a xmlns="urn:${'x'.repeat(252)}"/>`), undefined)
  assert.equal(errorOf(`<a xmlns="urn:${'x'.repeat(253)}"/>`), 'not-well-formed')
  assert.equal(errorOf(`<a xmlns:b="urn:${'x'.repeat(253)}" b:c=""/>`), 'not-well-formed')
  assert.equal(errorOf('<a>' + 'x'.repeat(DEFAULT_XML_LIMITS.maxLength) + '</a>'), 'too-large')
})

test('a hostile document does not take quadratic time', () => {
  const started = performance.now()
  errorOf('<!DOCTYPE' + '<!--'.repeat(200_000))
  errorOf('<!DOCTYPE' + '<![CDATA['.repeat(100_000))
  errorOf('<a>' + '&amp;'.repeat(200_000))
  assert.ok(performance.now() - started < 2000)
})

test('after a refused document the next one is read as ever', () => {
  assert.equal(errorOf('<a><b x="'), 'not-well-formed')
  assert.deepEqual(tree('<c/>'), xmlElement('', 'c'))
})
