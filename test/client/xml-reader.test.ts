/** The client's reader builds the same tree as the servers' own. Namespaces in XML 1.0. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readXml } from '../../client/xml-reader.ts'
import { readXml as readStrictly } from '../../core/documents/xml-reader.ts'

const SAMPLES: Record<string, string> = {
  'prefixes and attributes':
    '<?xml version="1.0" encoding="UTF-8"?><p:a xmlns:p="urn:p" xmlns="urn:d" x="1" p:y="2"><b xml:lang="de"/><c xmlns=""/></p:a>',
  'text, entities and CDATA': '<a> 1 &lt; 2 &#65;&#x1F600; <![CDATA[<&>]]> end</a>',
  layout: '<a>\n  <b> kept </b>\n  <c>\n</c>\n</a>',
  'mixed content': '<a>one <b>two</b> three</a>',
  'comments and instructions': '<!-- c --><a>x<!-- d -->y<?pi z?></a>',
  'entities in attributes': `<a b="&quot;&amp;&apos;&#10;" c='"'/>`,
  'a byte order mark': '\uFEFF<a/>',
  'an empty element': '<a></a>',
}
for (const [what, text] of Object.entries(SAMPLES)) {
  test(`${what}: the same tree as the strict reader's`, () => {
    assert.deepEqual(readXml(text), readStrictly(text))
  })
}

const documents = new URL('../fixtures/client/', import.meta.url)
for (const name of readdirSync(documents)) {
  test(`${name}: the same tree as the strict reader's`, () => {
    const text = readFileSync(new URL(name, documents), 'utf8')
    assert.deepEqual(readXml(text), readStrictly(text))
  })
}

const REFUSED: Record<string, string> = {
  nothing: '',
  'no XML': 'hello',
  'an open element': '<a><b></b>',
  'crossed elements': '<a><b></a></b>',
  'two roots': '<a/><b/>',
  'an attribute twice': '<a x="1" x="2"/>',
  'a document type': '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
  'names of JavaScript': '<__proto__/>',
  'a deep nest': '<a>'.repeat(500) + '</a>'.repeat(500),
}
for (const [what, text] of Object.entries(REFUSED)) {
  test(`${what} is not well-formed`, () => {
    assert.equal(readXml(text).error, 'not-well-formed')
  })
}
