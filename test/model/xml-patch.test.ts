import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { pathTo } from '../../core/documents/source-path.ts'
import {
  parsePatch,
  writeOperation,
  type PatchFault,
  type PatchOperation,
} from '../../core/documents/xml-patch.ts'
import { applyPatch } from '../../core/model/patch-application.ts'
import { canonical, sourceOf } from './canonical-xml.ts'

interface Example {
  readonly section: string
  readonly title: string
  readonly target: string
  readonly diff: string
  readonly result: string
}

const EXAMPLES = JSON.parse(
  readFileSync(
    new URL('../fixtures/documents/patch/rfc5261-appendix-A.json', import.meta.url),
    'utf8',
  ),
) as Example[]

function operationsOf(diff: string): readonly PatchOperation[] {
  const document = sourceOf(diff)
  const operations = parsePatch(document, pathTo(document.root, undefined))
  assert.ok(typeof operations !== 'string', diff)
  return operations
}

/** The patched document, or the condition that stopped it. */
function patched(target: string, diff: string): string {
  const outcome = applyPatch(sourceOf(target), operationsOf(diff))
  return outcome.fault ?? outcome.document.text
}

for (const { section, title, target, diff, result } of EXAMPLES) {
  test(`RFC 5261 §${section}: ${title}`, () => {
    // The example leaves the white space that it should: A.16 prints less than §4.5.6 demands.
    const printed = section === 'A.16' ? result.replace('</foo>\n', '</foo>\n  \n') : result
    assert.equal(canonical(patched(target, diff)), canonical(printed))
  })
  test(`RFC 5261 §${section}: the operations survive being written and read again`, () => {
    const operations = operationsOf(diff)
    const written = operations.map((one) => writeOperation(one, 'x', new Map())).join('')
    const again = operationsOf(`<x:diff xmlns:x="urn:x">${written}</x:diff>`)
    const withoutFormat = again.map((one) => {
      const namespaces = new Map(one.namespaces)
      namespaces.delete('x')
      return { ...one, namespaces }
    })
    assert.deepEqual(withoutFormat, operations)
  })
}

const DOC = '<doc xmlns:p="urn:p" a="1">one<b id="x"/> <!--c--> <b id="y">v</b><?t d?></doc>'

const FAULTS: readonly [PatchFault, string, string][] = [
  ['invalid-attribute-value', 'a selector that is none', '<remove sel="doc["/>'],
  ['invalid-attribute-value', 'an unknown pos', '<add sel="doc" pos="inside"><n/></add>'],
  ['invalid-attribute-value', 'an unknown type', '<add sel="doc" type="user">v</add>'],
  ['invalid-attribute-value', 'an unknown ws', '<remove sel="doc/b[1]" ws="all"/>'],
  ['invalid-attribute-value', 'an element as a value', '<add sel="doc" type="@n"><n/></add>'],
  ['invalid-diff-format', 'an entity nobody declared', '<add sel="doc">&amp;</add>'],
  ['invalid-namespace-prefix', 'an undeclared prefix', '<remove sel="doc/z:b"/>'],
  ['invalid-namespace-prefix', 'an undeclared prefix of an attribute', '<remove sel="doc/@z:b"/>'],
  ['invalid-namespace-prefix', 'an undeclared type', '<add sel="doc" type="@z:b">v</add>'],
  ['invalid-namespace-uri', 'a declaration elsewhere', '<remove sel="doc/b[1]/namespace::p"/>'],
  ['invalid-namespace-uri', 'no namespace', '<add sel="doc" type="namespace::n"/>'],
  ['invalid-namespace-uri', 'a strange one', '<add sel="doc" xmlns:z="urn:z"><z:n/></add>'],
  ['invalid-node-types', 'text for an element', '<replace sel="doc/b[1]">text</replace>'],
  ['invalid-node-types', 'two elements for one', '<replace sel="doc/b[1]"><n/><n/></replace>'],
  ['invalid-node-types', 'nothing for an element', '<replace sel="doc/b[1]"/>'],
  ['invalid-node-types', 'an element for a comment', '<replace sel="doc/comment()"><n/></replace>'],
  ['invalid-node-types', 'an element for a value', '<replace sel="doc/@a"><n/></replace>'],
  ['invalid-patch-directive', 'content for an attribute', '<add sel="doc/@a">v</add>'],
  ['invalid-patch-directive', 'content inside of a text', '<add sel="doc/text()[1]"><n/></add>'],
  ['invalid-patch-directive', 'an attribute twice', '<add sel="doc" type="@a">2</add>'],
  ['invalid-root-element-operation', 'no root', '<remove sel="doc"/>'],
  ['invalid-root-element-operation', 'a second root', '<add sel="doc" pos="after"><n/></add>'],
  ['invalid-xml-prolog-operation', 'text in the prolog', '<add sel="doc" pos="before">t</add>'],
  ['invalid-whitespace-directive', 'no white space', '<remove sel="doc/b[1]" ws="before"/>'],
  ['invalid-whitespace-directive', 'beside an attribute', '<remove sel="doc/@a" ws="after"/>'],
  ['unlocated-node', 'nothing there', '<remove sel="doc/n"/>'],
  ['unlocated-node', 'more than one', '<remove sel="doc/b"/>'],
  ['unlocated-node', 'text beyond the last', '<remove sel="doc/text()[9]"/>'],
  ['unsupported-id-function', 'id()', '<remove sel="id(\'x\')"/>'],
]

for (const [fault, what, operation] of FAULTS) {
  test(`RFC 5261 §5.1: ${fault}: ${what}`, () => {
    const operations = operationsOf(`<diff>${operation}</diff>`)
    const given =
      fault === 'invalid-diff-format'
        ? operations.map((one) => ({ ...one, content: '&nobody;' }))
        : operations
    assert.equal(applyPatch(sourceOf(DOC), given).fault, fault)
  })
}

test('RFC 5261 §5.1: an operation without a selector is no diff format', () => {
  const document = sourceOf('<diff><add/></diff>')
  assert.equal(parsePatch(document, pathTo(document.root, undefined)), 'invalid-diff-format')
})

const SELECTORS: readonly [string, string][] = [
  ['*/*[2]', '<b id="y">v</b>'],
  ['/doc/b[@id="y"]', '<b id="y">v</b>'],
  ["doc/b[.='v']", '<b id="y">v</b>'],
  ["*[b='v']/b[@id='y'][1]", '<b id="y">v</b>'],
  ['*/b[2][@id="y"]', '<b id="y">v</b>'],
  ['doc/comment()', '<!--c-->'],
  ['doc/processing-instruction("t")', '<?t d?>'],
  ['doc/processing-instruction()[1]', '<?t d?>'],
  ['doc/text()[1]', 'one'],
]

for (const [selector, gone] of SELECTORS) {
  test(`RFC 5261 §4.1: ${selector} selects ${gone}`, () => {
    const diff = `<diff><remove sel='${selector.replaceAll("'", '&apos;')}'/></diff>`
    assert.equal(patched(DOC, diff), DOC.replace(gone, ''))
  })
}

test('RFC 5261 §4.2.1: prefixes of a selector are those of the diff, the default namespace among them', () => {
  const target = '<x:doc xmlns:x="urn:foo"><x:bar/></x:doc>'
  const diff = '<d:diff xmlns:d="urn:d" xmlns="urn:foo"><d:remove sel="doc/bar"/></d:diff>'
  assert.equal(canonical(patched(target, diff)), canonical('<x:doc xmlns:x="urn:foo"></x:doc>'))
})

const MANGLINGS: readonly [string, string, string, string][] = [
  ['the same prefix where it is bound', 'xmlns:y="urn:n" xmlns:a="urn:n"', 'y:n', 'y:n'],
  ['the default namespace for no prefix', 'xmlns="urn:n" xmlns:a="urn:n"', 'n', 'n'],
  ['the closest one before it', 'xmlns:x="urn:n" xmlns:y="urn:n"', 'xx:n', 'x:n'],
  ['the first one when none is before it', 'xmlns:x="urn:n" xmlns:y="urn:n"', 'a:n', 'x:n'],
]

for (const [what, declarations, content, expected] of MANGLINGS) {
  test(`RFC 5261 §4.2.3: added content takes ${what}`, () => {
    const root = declarations.startsWith('xmlns="') ? 'o:doc' : 'doc'
    const open = `${root} xmlns:o="urn:o" ${declarations}`
    const prefix = content.includes(':') ? `xmlns:${content.split(':')[0] ?? ''}` : 'xmlns'
    const diff = `<d:diff xmlns:d="urn:d" ${prefix}="urn:n"><d:add sel="*"><${content}/></d:add></d:diff>`
    assert.equal(patched(`<${open}></${root}>`, diff), `<${open}><${expected}/></${root}>`)
  })
}

test('RFC 5261 §4.2.3: what declares its own namespaces is copied unaltered', () => {
  const diff = '<diff><add sel="doc"><q:n xmlns:q="urn:p" q:a="1"/></add></diff>'
  assert.equal(
    patched('<doc xmlns:p="urn:p"/>', diff).includes('<q:n xmlns:q="urn:p" q:a="1"/>'),
    true,
  )
})

test('RFC 5262 §6: the diff makes the second example of the first', () => {
  // The selectors mean the watcher's own copy, whose root is that of PIDF.
  const read = (name: string) =>
    readFileSync(new URL(`../fixtures/documents/pidf-diff/${name}`, import.meta.url), 'utf8')
      .replace('<p:pidf-full', '<presence')
      .replace('</p:pidf-full', '</presence')
  const result = patched(read('rfc5262-6-full-1.xml'), read('rfc5262-6-diff.xml'))
  const gist = (text: string) =>
    canonical(text.replace(/>\s+/g, '>').replace(/\s+</g, '<').replace(/\s+/g, ' '))
  // The examples differ in the prefix of devcaps, in the note and in the version, which no operation touches.
  const settled = (text: string) =>
    gist(text)
      .replaceAll('c:devcaps', 'devcaps')
      .replace(/person element|note element/, '')
      .replace(/version="56\d"/, '')
      .replace(/ \{\}version="[^"]*"/, '')
  assert.equal(settled(result), settled(read('rfc5262-6-full-2.xml')))
})
