/** Compositions for the tests, written as they would be published. */
import assert from 'node:assert/strict'
import { isPerson, parsePerson } from '../../core/documents/data-model.ts'
import { parsePidf, type PresenceDocument } from '../../core/documents/pidf.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import {
  composePresence,
  serializePresence,
  type AnnouncedIcon,
  type CompositionInputs,
  type PublishedPresence,
} from '../../core/model/composition.ts'
import { entityTag } from '../../core/model/entity-tag.ts'
import { parseAor } from '../../core/uri/aor.ts'

export const ALICE = parseAor('sip:alice@example.com')!
export const ICON: AnnouncedIcon = {
  url: 'http://127.0.0.1:8080/i/AbCdEfGhIjKlMnOpQrStUv.png',
  presContentUrl:
    'http://127.0.0.1:8080/xcap-root/org.openmobilealliance.pres-content/users/sip:alice@example.com/oma_status-icon/a.png',
  sha1: '0123456789abcdef0123456789abcdef01234567',
}
export const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

export function read(text: string): PresenceDocument {
  const reading = readDocument(text, (root) => parsePidf(root))
  if (reading.error !== undefined) assert.fail(reading.detail)
  return reading.value
}

export function presence(content: string): PresenceDocument {
  return read(
    `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:d="urn:ietf:params:xml:ns:pidf:data-model" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" xmlns:ci="urn:ietf:params:xml:ns:pidf:cipid" xmlns:x="urn:x" entity="pres:alice@example.com">${content}</presence>`,
  )
}

export function publication(content: string, publishedAt: number): PublishedPresence {
  return { document: presence(content), publishedAt, tag: entityTag(`tag${publishedAt}`) }
}

/** The composed body of these publications, the oldest first, without its declaration. */
export function composed(
  contents: readonly string[],
  more: Partial<CompositionInputs> = {},
): string {
  const publications = contents.map((content, index) => publication(content, index))
  const text = serializePresence(composePresence(ALICE, { publications, ...more }), 'default')
  assert.ok(text.startsWith(DECLARATION))
  return text.slice(DECLARATION.length)
}

export const tuple = (id: string, basic: string, more = '') =>
  `<tuple id="${id}"><status><basic>${basic}</basic></status>${more}</tuple>`
export const person = (content: string) => `<d:person id="p1">${content}</d:person>`
export const personIn = (text: string) => {
  const persons = read(text).extensions.filter(isPerson)
  assert.equal(persons.length, 1, 'exactly one person')
  return parsePerson(persons[0]!)
}
export const tupleIds = (text: string) => read(text).tuples.map(({ id }) => id)
