/** What checking costs is bounded: memory is given back whatever a document holds, and the worst documents are refused soon. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { diag } from 'libxml2-wasm'
import { auid } from '../../core/model/document-id.ts'
import type { Upload } from '../../xcap-server/application-usage.ts'
import { Conflict } from '../../xcap-server/conflicts.ts'
import { documentLimits } from '../../xcap-server/document-limits.ts'
import { createDocumentAcceptance } from '../../xcap-server/document-validation.ts'
import type { SchemaValidator } from '../../xcap-server/schema-validator.ts'
import { loadStandardSchemas } from '../../xcap-server/standard-schemas.ts'

const RL = 'urn:ietf:params:xml:ns:resource-lists'
const MEDIA_TYPE = 'application/resource-lists+xml'
const MAX_BYTES = 256 * 1024

let schema: SchemaValidator
let accept: ReturnType<typeof createDocumentAcceptance>

before(async () => {
  schema = await loadStandardSchemas()
  accept = createDocumentAcceptance({
    mediaType: MEDIA_TYPE,
    root: { namespace: RL, name: 'resource-lists' },
    schema,
    xmlLimits: documentLimits(MAX_BYTES),
  })
})

after(() => {
  schema.dispose()
})

const upload = (text: string): Upload => ({
  address: { name: auid('resource-lists'), tree: 'global', path: ['index'] },
  mediaType: MEDIA_TYPE,
  body: Buffer.from(text),
})
const list = (inside: string) =>
  `<resource-lists xmlns="${RL}"><list>${inside}</list></resource-lists>`
const attributes = (count: number) =>
  Array.from({ length: count }, (_, index) => `a${index}=""`).join(' ')

function outcome(document: Upload): 'taken' | 'refused' {
  try {
    void accept(document)
    return 'taken'
  } catch (error) {
    assert.ok(error instanceof Conflict, String(error))
    return 'refused'
  }
}

test('thousands of documents, most of them bad, leave libxml2 no larger', () => {
  const entries = '<entry uri="sip:bob@example.com"><display-name>Bob</display-name></entry>'
  const documents = [
    list(entries.repeat(200)),
    list(`${entries.repeat(200)}<entry/>`),
    // Only libxml2 refuses this namespace name.
    list(`${entries.repeat(200)}<x xmlns="a b"/>`),
    list(`${entries.repeat(200)}<`),
    list(`${entries.repeat(200)}<x xmlns="${RL}"/>`),
  ].map(upload)
  const run = (rounds: number) => {
    for (let round = 0; round < rounds; round++) for (const one of documents) outcome(one)
  }
  run(20)
  diag.configure({ enabled: true })
  const before = process.memoryUsage().external
  run(400)
  const grown = process.memoryUsage().external - before
  const left: unknown = diag.report()
  diag.configure({ enabled: false })
  assert.deepEqual(left, {}, 'every document was disposed')
  assert.ok(grown < 4 * 1024 * 1024, `${grown} bytes more`)
})

// Each once took a time that grew with the square of something; the bound is wide for machines that do other work too.
const WORST: Record<string, string> = {
  'nothing but entries without uri': list('<entry/>'.repeat(9990)),
  'nothing but attributes that may not be': list(`<entry ${attributes(60)}/>`.repeat(195)),
  'attributes of other elements': list('<list uri="" ref="" anchor=""/>'.repeat(3900)),
  'nothing but lists of one name': list('<list name="a"/>'.repeat(9990)),
  'one tag of attributes': `<resource-lists xmlns="${RL}" ${attributes(20_000)}/>`,
  'one tag of namespaces': `<resource-lists xmlns="${RL}" ${attributes(12_000).replaceAll(' a', ' xmlns:a')}/>`,
  'namespaces at every element': list(
    `<x xmlns="urn:x" ${attributes(60).replaceAll('a', 'xmlns:a').replaceAll('""', '"u"')}/>`.repeat(
      280,
    ),
  ),
  'depth and width': list(
    `${'<list>'.repeat(60)}${'<entry uri="a"/>'.repeat(9000)}${'</list>'.repeat(60)}`,
  ),
  'one long tag name': `<${'a'.repeat(MAX_BYTES - 10)}/>`,
  'references only': list(`<display-name>${'&#x41;'.repeat(40_000)}</display-name>`),
  'CDATA only': list(`<display-name>${'<![CDATA[x]]>'.repeat(19_000)}</display-name>`),
  'comments only': list('<!---->'.repeat(36_000)),
  'document types in comments': '<!--<!DOCTYPE-->'.repeat(15_000),
}

test('no document within the limits keeps the others waiting for long', () => {
  for (const [name, text] of Object.entries(WORST)) {
    const document = upload(text)
    assert.ok(document.body.length <= MAX_BYTES, name)
    const begin = performance.now()
    outcome(document)
    const took = performance.now() - begin
    assert.ok(took < 500, `${name}: ${took} ms`)
  }
})

test('a document of ten thousand elements in order is taken', () => {
  const entries = Array.from({ length: 9990 }, (_, index) => `<entry uri="s:${index}"/>`)
  assert.equal(outcome(upload(list(entries.join('')))), 'taken')
})
