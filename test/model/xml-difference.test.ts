import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathTo } from '../../core/documents/source-path.ts'
import { parsePatch, writeOperation, type PatchOperation } from '../../core/documents/xml-patch.ts'
import { applyPatch } from '../../core/model/patch-application.ts'
import { xmlDifference } from '../../core/model/xml-difference.ts'
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts'
import { canonical, sourceOf } from './canonical-xml.ts'
import { randomDocument, randomFragment } from './random-document.ts'
import { bindings, write, type SlowDocument, type SlowElement } from './slow-document.ts'

/** As a diff document carries them: what a peer reads is what is applied. */
function overTheWire(operations: readonly PatchOperation[]): readonly PatchOperation[] {
  const around = new Map([
    ['', 'urn:some:default'],
    ['p', 'urn:another'],
  ])
  const written = operations.map((one) => writeOperation(one, 'd', around)).join('\n')
  const root = '<d:diff xmlns:d="urn:diff" xmlns="urn:some:default" xmlns:p="urn:another">'
  const document = sourceOf(`${root}${written}</d:diff>`)
  const read = parsePatch(document, pathTo(document.root, undefined))
  assert.ok(typeof read !== 'string')
  return read
}

function applied(before: string, operations: readonly PatchOperation[]): string {
  const normalized = before.replace(/\r\n?/g, '\n')
  const outcome = applyPatch(sourceOf(normalized), overTheWire(operations))
  const written = operations.map((one) => writeOperation(one, 'd', new Map())).join('\n')
  if (outcome.fault) throw new Error(`${outcome.fault}\n${before}\n${written}`)
  return outcome.document.text
}

function elements(root: SlowElement): SlowElement[] {
  const below = root.children.filter((child) => typeof child !== 'string')
  return [root, ...below.flatMap(elements)]
}

/** Changes a few things of a document, anywhere in it. */
function edit(random: SeededRandom, document: SlowDocument): SlowDocument {
  const changed = structuredClone(document)
  for (let left = 1 + random.integer(4); left > 0; left--) {
    const element = random.pick(elements(changed.root))
    const { children, attributes } = element
    const at = random.integer(children.length + 1)
    const scope = bindings(changed.root, element)
    const fresh = () => randomFragment(random, scope, {})
    const edits = [
      () => children.splice(at, 1),
      () => children.splice(at, 0, fresh()),
      () => children.splice(at, 1, fresh()),
      () => children.splice(at, 2, random.pick(['text', ' ', '<!-- new -->', '<?new?>'])),
      () => children.reverse(),
      () => attributes.splice(random.integer(attributes.length + 1), 1),
      () => Object.assign(element, { attributes: fresh().attributes }),
      () => children.splice(at, 0, ...structuredClone(children.slice(0, 2))),
    ]
    random.pick(edits)()
  }
  return changed
}

function isWellFormed(text: string): boolean {
  try {
    sourceOf(text)
    return true
  } catch {
    return false
  }
}

const CASES = 2000

test('RFC 5261 §4: applying the difference of two documents to the first gives the second', () => {
  const random = createSeededRandom(5261)
  let patchedOnes = 0
  let unsaid = 0
  for (let left = CASES; left > 0; left--) {
    const document = randomDocument(random)
    const [before, after] = [write(document), write(edit(random, document))]
    if (!isWellFormed(before) || !isWellFormed(after)) continue
    const operations = xmlDifference(before, after)
    if (!operations) unsaid++
    else {
      assert.equal(canonical(applied(before, operations)), canonical(after), `${before}\n${after}`)
      if (operations.length > 0) patchedOnes++
    }
  }
  assert.ok(patchedOnes > CASES / 3, `${patchedOnes} patched, ${unsaid} unsaid`)
})

const LISTS = (entries: string) => `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
  <list name="friends">
${entries}  </list>
</resource-lists>
`
const ENTRY = (name: string) => `    <entry uri="sip:${name}@example.com"/>\n`

const ALL = ['anna', 'bob', 'carol'].map(ENTRY).join('')

function written(before: string, after: string): string | undefined {
  return xmlDifference(before, after)
    ?.map((one) => writeOperation(one, 'd', new Map()))
    .join('\n')
}

test('RFC 5261 §4.3: an entry that comes at the end is one addition', () => {
  const operation = written(LISTS(ENTRY('anna')), LISTS(ENTRY('anna') + ENTRY('bob')))
  const content = '\n    <entry uri="sip:bob@example.com"/>'
  assert.equal(
    operation,
    `<d:add sel="*/*[1]/*[1]" pos="after" xmlns="urn:ietf:params:xml:ns:resource-lists">${content}</d:add>`,
  )
})

test('RFC 5261 §4.5.1: an entry that goes takes its white space along', () => {
  const rest = ENTRY('anna') + ENTRY('carol')
  assert.equal(written(LISTS(ALL), LISTS(rest)), '<d:remove sel="*/*[1]/*[2]" ws="before"/>')
})

test('RFC 5261 §4.4.2: an attribute that changes is one replacement', () => {
  const after = ALL.replace('"sip:anna@example.com"', '"sip:anna@example.com" n="1"')
  const again = after.replace('n="1"', 'n="2 &lt; 3"')
  assert.equal(written(LISTS(ALL), LISTS(after)), '<d:add sel="*/*[1]/*[1]" type="@n">1</d:add>')
  assert.equal(
    written(LISTS(after), LISTS(again)),
    '<d:replace sel="*/*[1]/*[1]/@n">2 &lt; 3</d:replace>',
  )
})

test('RFC 5261 §4.3.3: a namespace declaration that comes stands before what uses it', () => {
  const before = `<presence xmlns="urn:x"><tuple id="1">${'<status>open</status>'.repeat(9)}</tuple></presence>`
  const after = before
    .replace('<presence', '<presence xmlns:r="urn:r"')
    .replace('</presence>', '<r:busy/></presence>')
  const first = '<d:add sel="*" type="namespace::r">urn:r</d:add>'
  const second = '<d:add sel="*/*[1]" pos="after" xmlns:r="urn:r"><r:busy/></d:add>'
  assert.equal(written(before, after), `${first}\n${second}`)
})

test('RFC 5874 §3: documents that differ in quotes, layout of tags and white space around say the same', () => {
  const before = '<?xml version="1.0"?><doc a="1" b="2"><c/></doc>'
  assert.deepEqual(xmlDifference(before, "<doc b='2'  a='1'><c></c></doc>\n"), [])
})

test('RFC 5875 §4.7: when the prolog changes, there is no patch', () => {
  const doc = `<doc>${'<c/>'.repeat(50)}</doc>`
  assert.equal(xmlDifference(doc, `<!-- new -->${doc}`), undefined)
  assert.equal(xmlDifference(doc, doc.replaceAll('doc', 'other')), undefined)
})

test('RFC 5261 §6: a patch that is longer than the document is none', () => {
  assert.equal(xmlDifference('<doc a="1"/>', '<doc a="2"/>'), undefined)
})

test('work is bounded: two long lists without anything in common', () => {
  const list = (name: string) =>
    LISTS(Array.from({ length: 3000 }, (_, at) => ENTRY(`${name}${at}`)).join(''))
  const started = performance.now()
  assert.equal(xmlDifference(list('a'), list('b'))?.length, 1)
  assert.ok(performance.now() - started < 2000)
})
