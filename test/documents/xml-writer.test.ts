import assert from 'node:assert/strict'
import { test } from 'node:test'
import { xmlAttribute, xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import { writeXml } from '../../core/documents/xml-writer.ts'
import { meaningOf, tree } from './fixtures.ts'

const PREFIXES = new Map([
  ['urn:main', ''],
  ['urn:known', 'k'],
])
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
const written = (root: XmlElement) => writeXml(root, PREFIXES).slice(DECLARATION.length)

test('well-known namespaces are declared once, on the root, and only when they occur', () => {
  const known = xmlElement('urn:known', 'b')
  assert.equal(
    writeXml(xmlElement('urn:main', 'a', [known, known]), PREFIXES),
    `${DECLARATION}<a xmlns="urn:main" xmlns:k="urn:known"><k:b/><k:b/></a>`,
  )
  assert.equal(written(xmlElement('urn:main', 'a')), '<a xmlns="urn:main"/>')
})

test('another namespace is declared where it is used, with its own prefix when that is free', () => {
  const other = {
    ...xmlElement('urn:x', 'b', [{ ...xmlElement('urn:x', 'c'), prefix: 'x' }]),
    prefix: 'x',
  }
  assert.equal(
    written(xmlElement('urn:main', 'a', [other])),
    '<a xmlns="urn:main"><x:b xmlns:x="urn:x"><x:c/></x:b></a>',
  )
  assert.equal(
    written(xmlElement('urn:main', 'a', [{ ...other, prefix: 'k', children: [] }])),
    '<a xmlns="urn:main"><ns1:b xmlns:ns1="urn:x"/></a>',
  )
})

test('text and attributes are escaped as XML wants it', () => {
  const root = xmlElement('urn:main', 'a', ['<&>"\r\u0000\ud800x'], [xmlAttribute('b', '<&>"\n\t')])
  assert.equal(
    written(root),
    '<a xmlns="urn:main" b="&lt;&amp;>&quot;&#10;&#9;">&lt;&amp;&gt;"&#13;\ufffd\ufffdx</a>',
  )
})

const trees: [what: string, source: string][] = [
  [
    'an attribute of the default namespace',
    '<a xmlns="urn:main" xmlns:m="urn:main" m:b="1" b="2"/>',
  ],
  [
    'no namespace inside the default one',
    '<a xmlns="urn:main"><b xmlns=""><c/><d xmlns="urn:main"/></b><e/></a>',
  ],
  ['a root of no namespace', '<a><b xmlns="urn:main"><c xmlns=""/></b></a>'],
  [
    'one prefix for two namespaces',
    '<a xmlns="urn:main"><x:b xmlns:x="urn:1"><x:c xmlns:x="urn:2" x:d="1"/></x:b></a>',
  ],
  [
    'two attribute namespaces',
    '<a xmlns="urn:main" xmlns:x="urn:1" xmlns:y="urn:2" x:b="1" y:b="2" b="3"/>',
  ],
  [
    'a well-known prefix for something else',
    '<k:a xmlns:k="urn:else" xmlns:z="urn:known" z:b="1"><z:c/></k:a>',
  ],
  ['xml:lang and mixed content', '<a xmlns="urn:main" xml:lang="en">x <b/> y</a>'],
  ['characters beyond the first plane', '<a xmlns="urn:main" b="😀">😀</a>'],
]
for (const [what, source] of trees) {
  test(`Namespaces in XML: ${what} survives a round trip`, () => {
    const root = tree(source)
    assert.deepEqual(meaningOf(tree(writeXml(root, PREFIXES))), meaningOf(root))
  })
}
