import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readPlainXml } from '../../core/documents/plain-xml-reader.ts'
import { DEFAULT_XML_LIMITS, readXml } from '../../core/documents/xml-reader.ts'

const limits = DEFAULT_XML_LIMITS

/** What the general parser makes of it: a comment at the end is nothing for the plain reader. */
function general(text: string) {
  const marked = `${text}<!---->`
  assert.equal(readPlainXml(marked, limits), undefined)
  return readXml(marked, limits)
}

/** Either the plain reader leaves the document alone, or it reads what the general parser reads. */
function agree(text: string): boolean {
  const plain = readPlainXml(text, limits)
  if (plain === undefined) return false
  const reading = general(text)
  if (reading.error !== undefined) assert.fail(`${reading.detail} in ${JSON.stringify(text)}`)
  assert.deepEqual(plain, reading.value, text)
  return true
}

const PRESENCE = `<?xml version='1.0' encoding='UTF-8'?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
  xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity='sip:alice@example.com'>
  <tuple id="t1"><status><basic>open</basic></status><contact priority="0.8">sip:a@b</contact>
    <note xml:lang="fr">à la plage</note><note/><note> </note></tuple>
  <dm:person id="p1"><rpid:activities><rpid:busy/></rpid:activities></dm:person>
  <x:y xmlns:x="urn:x" x:a="1" b="2>1"><presence xmlns="urn:z"/>mixed <b>content</b> here</x:y>
</presence>
`

test('XML 1.0: a presence document is plain, and read as the general parser reads it', () => {
  assert.ok(agree(PRESENCE))
  assert.ok(agree(PRESENCE.replaceAll('\n', '\r\n')))
  assert.ok(agree(PRESENCE.replace(/^.*\n/, '')))
})

test('XML 1.0: every document among the fixtures reads the same', () => {
  const folder = fileURLToPath(new URL('../fixtures', import.meta.url))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const plain = files
    .filter((name) => name.endsWith('.xml'))
    .filter((name) => agree(readFileSync(join(folder, name), 'utf8')))
  assert.ok(plain.length > 3, `${plain.length} are plain`)
})

test('XML 1.0: what is not plain is left to the general parser', () => {
  for (const text of [
    '<a>&amp;</a>',
    '<a><!-- --></a>',
    '<a><![CDATA[b]]></a>',
    '<a><?b?></a>',
    '<é/>',
    '<aé/>',
    '<a>\u{1f600}</a>',
    '<a b="\t"/>',
    '<a b = "1"/>',
    '<a xmlns=" urn:x "/>',
    '<a xmlns=""/>',
    '\ufeff<a/>',
    `<${'a'.repeat(100)}/>`,
  ]) {
    assert.equal(readPlainXml(text, limits), undefined, text)
    assert.equal(readXml(text).error, undefined, text)
  }
})

test('XML 1.0: the limits hold for plain documents too', () => {
  const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
  const attributes = (count: number) =>
    `<a ${Array.from({ length: count }, (_, number) => `b${number}="1"`).join(' ')}/>`
  assert.ok(agree(nested(limits.maxDepth)))
  assert.equal(readXml(nested(limits.maxDepth + 1)).error, 'too-large')
  assert.ok(agree(attributes(limits.maxAttributes)))
  assert.equal(readXml(attributes(limits.maxAttributes + 1)).error, 'too-large')
  const elements = `<a>${'<b/>'.repeat(limits.maxElements)}</a>`
  assert.equal(readXml(elements).error, 'too-large')
  const namespace = `<a xmlns="urn:${'x'.repeat(limits.maxNamespace)}"/>`
  assert.equal(readXml(namespace).error, 'not-well-formed')
})

/** The same numbers in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const PIECES = [
  ...[
    '<',
    '>',
    '/',
    '"',
    "'",
    '=',
    ' ',
    '\n',
    '\t',
    ':',
    'a',
    'xmlns',
    'xmlns:',
    'xml:',
    'xmlns=""',
  ],
  ...[
    '&amp;',
    '&',
    ']]>',
    '<!-- -->',
    '<?x?>',
    '</',
    '/>',
    '<b/>',
    ' c="1"',
    'urn:x',
    '\u0001',
    'é',
  ],
]

function mutated(text: string, random: (below: number) => number): string {
  const at = random(text.length)
  const cut = random(3) === 0 ? random(12) : 0
  const piece = random(4) === 0 ? '' : (PIECES[random(PIECES.length)] ?? '')
  // Sometimes a piece from elsewhere in the document.
  const from = random(text.length)
  const moved = random(4) === 0 ? text.slice(from, from + random(30)) : ''
  return text.slice(0, at) + piece + moved + text.slice(at + cut)
}

test('XML 1.0, Namespaces in XML: of 20,000 damaged documents none is read otherwise than by the general parser', () => {
  const random = createRandom(4825)
  let plain = 0
  for (let round = 0; round < 20_000; round++) {
    const once = mutated(PRESENCE, random)
    if (agree(random(2) === 0 ? once : mutated(once, random))) plain++
  }
  // Both kinds occur, or nothing was tried.
  assert.ok(plain > 2_000 && plain < 18_000, `${plain} were plain`)
})
