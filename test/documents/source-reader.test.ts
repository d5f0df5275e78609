import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceElement } from '../../core/documents/source-document.ts'
import { readFragment, readSource } from '../../core/documents/source-reader.ts'
import { readXml } from '../../core/documents/xml-reader.ts'
import { DEFAULT_XML_LIMITS } from '../../core/documents/xml-tree-builder.ts'
import { valueOf } from './fixtures.ts'

/** Start tag, content and whole of every element, as their places say. */
function places(text: string): [tag: string, content: string, whole: string][] {
  const list = (element: SourceElement): [string, string, string][] => [
    [
      text.slice(element.start, element.contentStart),
      text.slice(element.contentStart, element.contentEnd),
      text.slice(element.start, element.end),
    ],
    ...element.children.flatMap((child) => (typeof child === 'string' ? [] : list(child))),
  ]
  return list(valueOf(readSource(text)).root)
}

const BETWEEN: [what: string, text: string][] = [
  ['nothing', ''],
  ['line ends', '\r\n\r\n\n'],
  ['astral characters', '\u{1f600}\u{10400}'],
  ['references', '&amp;&#x1F600;&lt;'],
  ['a CDATA section', '<![CDATA[<b></b>]]>'],
  ['a comment', '<!-- <b> \'" -->'],
  ['a processing instruction', '<?pi <b/> ?>'],
]
for (const [what, text] of BETWEEN) {
  test(`places are right behind ${what}`, () => {
    const empty = `<b c='>"'\r\n/>`
    const content = `${text}${empty}${text}`
    const whole = `<p:a xmlns:p="u" d = "\r\n\u{1f600}" >${content}</p:a >`
    assert.deepEqual(places(`\ufeff<?xml version="1.0"?>\r\n<!-- <x> -->${whole}\n`), [
      [`<p:a xmlns:p="u" d = "\r\n\u{1f600}" >`, content, whole],
      [empty, '', empty],
    ])
  })
}

test('the text is kept as received, with its byte order mark', () => {
  const text = '\ufeff<a/>'
  assert.equal(valueOf(readSource(Buffer.from(text))).text, text)
})

test('Namespaces in XML §3: every element knows the declarations of its own start tag', () => {
  const { root } = valueOf(readSource('<a xmlns="u" xmlns:p="v"><b xmlns=""/><c/></a>'))
  const [b, c] = root.children as SourceElement[]
  assert.deepEqual(
    [...root.declarations],
    [
      ['', 'u'],
      ['p', 'v'],
    ],
  )
  assert.deepEqual([...b!.declarations], [['', '']])
  assert.equal(c!.declarations.size, 0)
})

test('what is refused as a document is refused here, with line and column', () => {
  for (const text of ['', '<a/><b/>', '<!DOCTYPE a><a/>', '<a>\u0001</a>', '<p:a/>']) {
    assert.equal(readSource(text).error, readXml(text).error, text)
  }
  const unclosed = readSource('<a>\n <b></a>')
  assert.ok(unclosed.error !== undefined)
  assert.match(unclosed.detail, /^2:/)
  assert.equal(readSource(Uint8Array.of(0x3c, 0xff)).error, 'not-utf-8')
})

test('a document type hidden behind a processing instruction is seen', () => {
  assert.equal(readXml('<?pi <!-- ?><!DOCTYPE a><a/>').error, 'not-well-formed')
  assert.equal(readXml('<a><?pi <!DOCTYPE a> ?></a>').error, undefined)
})

test('XML 1.0 §2.8: a document that calls itself 1.1 is read as 1.0', () => {
  assert.equal(readXml('<?xml version="1.1"?><a>&#1;</a>').error, 'not-well-formed')
})

test('RFC 4825 §8.2.2: a fragment takes the bindings around it, and its own first', () => {
  const bindings = new Map([
    ['', 'urn:default'],
    ['p', 'urn:p'],
  ])
  const read = (text: string) => readFragment(text, bindings, DEFAULT_XML_LIMITS)
  const { root, text } = valueOf(read(' \r\n<a><p:b/><c xmlns="" p:d="1"/></a>\n'))
  const [b, c] = root.children as SourceElement[]
  assert.deepEqual(
    [text, root.namespace, b!.namespace, c!.namespace, c!.attributes[0]!.namespace, root.start],
    ['<a><p:b/><c xmlns="" p:d="1"/></a>', 'urn:default', 'urn:p', '', 'urn:p', 0],
  )
  assert.equal(read('<q:a/>').error, 'not-well-formed')
  // The bindings of one fragment do not reach the next document.
  assert.equal(readSource('<p:a/>').error, 'not-well-formed')
})
