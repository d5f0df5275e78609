/** After a change of a node only its surroundings are checked again: with the same verdict as the whole document gets. RFC 4825 §8.2.5. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SourceDocument } from '../../core/documents/source-document.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import { changedPart } from '../../xcap-server/changed-part.ts'
import { Conflict } from '../../xcap-server/conflicts.ts'
import type { SchemaValidator } from '../../xcap-server/schema-validator.ts'
import { loadStandardSchemas } from '../../xcap-server/standard-schemas.ts'
import { createSeededRandom } from '../support/seeded-random.ts'

const RL = 'urn:ietf:params:xml:ns:resource-lists'

let schema: SchemaValidator

before(async () => {
  schema = await loadStandardSchemas()
})

after(() => {
  schema.dispose()
})

function source(text: string): SourceDocument {
  const reading = readSource(text)
  assert.ok(reading.error === undefined, reading.error)
  return reading.value
}

function isValid(text: string): boolean {
  try {
    schema.check(Buffer.from(text), source(text).root)
    return true
  } catch (error) {
    assert.ok(error instanceof Conflict, String(error))
    return false
  }
}

const lists = (inside: string) => `<resource-lists xmlns="${RL}">${inside}</resource-lists>`
const entries = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `<entry uri="sip:${from + index}@a"/>`).join(
    '\n ',
  )

test('of a long list only the changed entry and the ends of the rows around it are left', () => {
  const list = (inside: string) => lists(`<list name="a">${inside}</list><list name="b"/>`)
  const old = list(entries(0, 500))
  for (const changed of [
    list(`${entries(0, 250)}<entry uri="new"/>${entries(250, 500)}`),
    list(`${entries(0, 500)}<entry uri="new"/>`),
    list(`<entry uri="new"/>${entries(0, 500)}`),
    list(`${entries(0, 250)}\n <entry uri="new"/>\n ${entries(251, 500)}`),
    list(`${entries(0, 250)}\n ${entries(251, 500)}`),
  ]) {
    const part = changedPart(old, source(changed))
    assert.ok(part.length < 500, `${part.length}: ${part.slice(0, 600)}`)
    assert.ok(isValid(part), part)
  }
})

test('a changed start tag has all its content checked', () => {
  const list = (name: string) =>
    lists(`<list ${name}><x:a xmlns="urn:y"/>${'<x:b/>'.repeat(9)}</list>`)
  const changed = list('xmlns:x="urn:z"')
  assert.ok(changedPart(list('xmlns:x="urn:x"'), source(changed)).includes('<x:b/>'.repeat(9)))
})

test('text, comments and CDATA between the elements are seen', () => {
  const list = (between: string) => lists(`<list>${entries(0, 5)}${between}${entries(5, 9)}</list>`)
  for (const between of ['x', '<![CDATA[x]]>', '&#120;', '<!-- a -->x']) {
    assert.ok(!isValid(changedPart(list(' '), source(list(between)))), between)
  }
  assert.ok(isValid(changedPart(list('<!-- a -->'), source(list('<!-- b -->')))))
})

const PIECES = [
  '<entry uri="a"/>',
  '<entry/>',
  '<entry uri="http://["/>',
  '<entry uri="b"><display-name>B</display-name></entry>',
  '<display-name>x</display-name>',
  '<list/>',
  '<list name="a"><entry uri="a"/></list>',
  '<list color="red"/>',
  '<external anchor="http://a/b"/>',
  '<x xmlns="urn:x"/>',
  '<x xmlns="urn:x"><y/></x>',
  '<group/>',
]

test('random elements put, replaced and deleted get the verdict of the whole document', () => {
  const { integer, pick, chance } = createSeededRandom(7)
  let verdicts = 0
  for (let round = 0; round < 3000; round++) {
    const members = Array.from({ length: integer(8) }, () => pick(PIECES))
    const glue = pick(['', ' ', '\n  '])
    const text = (items: readonly string[]) =>
      lists(`<list name="a">${items.join(glue)}</list><list name="b">${entries(0, 4)}</list>`)
    const old = text(members)
    if (!isValid(old)) continue
    const changed = [...members]
    const inserted = chance(0.7) ? [pick(PIECES)] : []
    changed.splice(integer(changed.length + 1), chance(0.5) ? 1 : 0, ...inserted)
    const now = text(changed)
    assert.equal(isValid(changedPart(old, source(now))), isValid(now), `${old}\n${now}`)
    verdicts++
  }
  assert.ok(verdicts > 300, String(verdicts))
})
