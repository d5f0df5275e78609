/** Presence Information Data Format: codec, types and what makes a document invalid. RFC 3863. */
import { CIPID_NAMESPACE } from './cipid.ts'
import { DATA_MODEL_NAMESPACE } from './data-model.ts'
import { isNote, noteElement, parseNote, type Note } from './note.ts'
import { schemaError, type Reading } from './reading.ts'
import { RPID_NAMESPACE } from './rpid.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from './xml-element.ts'
import { writeXml, type Prefixes } from './xml-writer.ts'

export const PIDF_NAMESPACE = 'urn:ietf:params:xml:ns:pidf'
export const PIDF_MEDIA_TYPE = 'application/pidf+xml'

type Basic = 'open' | 'closed'

export interface PresenceDocument {
  /** URI of the presentity as written. */
  readonly entity: string
  readonly tuples: readonly Tuple[]
  readonly notes: readonly Note[]
  /** Persons, devices (RFC 4479) and whatever else stands beside the tuples. */
  readonly extensions: readonly XmlElement[]
}

export interface Tuple {
  readonly id: string
  /** Absent: the status says only what its extensions say. */
  readonly basic?: Basic
  readonly statusExtensions: readonly XmlElement[]
  readonly extensions: readonly XmlElement[]
  readonly contact?: Contact
  readonly notes: readonly Note[]
  /** RFC 3339, as published. */
  readonly timestamp?: string
}

export interface Contact {
  readonly uri: string
  /** 0 to 1 with at most three decimals, as written; absent: the lowest. RFC 3863 §4.1.5. */
  readonly priority?: string
}

/**
 * Reads a document strictly, except that the order of elements does not matter.
 * `entity`: whose presence it is when the document does not say so; without it such a document is invalid.
 */
export function parsePidf(root: XmlElement, entity?: string): Reading<PresenceDocument> {
  if (!isNamed(root, PIDF_NAMESPACE, 'presence'))
    return schemaError('the root is not presence of PIDF')
  const owner = attributeOf(root, 'entity') ?? entity
  // RFC 3863 §4.1.1
  if (!owner) return schemaError('presence has no entity')
  const tuples: Tuple[] = []
  const notes: Note[] = []
  const extensions: XmlElement[] = []
  for (const child of elementsOf(root)) {
    if (child.namespace !== PIDF_NAMESPACE) extensions.push(child)
    else if (child.name === 'note') notes.push(parseNote(child))
    else if (child.name === 'tuple') {
      const tuple = parseTuple(child)
      if (tuple.error !== undefined) return tuple
      tuples.push(tuple.value)
    } else return schemaError(`presence holds an unknown element ${child.name}`)
  }
  return { value: { entity: owner.trim(), tuples, notes, extensions } }
}

const PREFIXES: Prefixes = new Map([
  [PIDF_NAMESPACE, ''],
  [DATA_MODEL_NAMESPACE, 'dm'],
  [RPID_NAMESPACE, 'rpid'],
  [CIPID_NAMESPACE, 'c'],
])

/**
 * Compact; PIDF as the default namespace and the prefixes `dm rpid c` whatever the publisher's were:
 * baresip looks for `<basic>` and `<rpid:busy/>` by regular expression.
 */
export function serializePidf(document: PresenceDocument): string {
  return writeXml(presenceElement(document), PREFIXES)
}

// Tuples, then notes, then everything else. RFC 3863 §4.4
function presenceElement({ entity, tuples, notes, extensions }: PresenceDocument): XmlElement {
  const children: XmlElement[] = []
  for (const tuple of tuples) children.push(tupleElement(tuple))
  for (const note of notes) children.push(noteElement(PIDF_NAMESPACE, note))
  children.push(...extensions)
  return xmlElement(PIDF_NAMESPACE, 'presence', children, [xmlAttribute('entity', entity)])
}

// Status, extensions, contact, notes, timestamp. RFC 3863 §4.1.2
function tupleElement(tuple: Tuple): XmlElement {
  const { contact } = tuple
  const status = [...tuple.statusExtensions]
  if (tuple.basic) status.unshift(pidfElement('basic', tuple.basic))
  const children = [xmlElement(PIDF_NAMESPACE, 'status', status), ...tuple.extensions]
  if (contact) children.push(contactElement(contact))
  for (const note of tuple.notes) children.push(noteElement(PIDF_NAMESPACE, note))
  if (tuple.timestamp !== undefined) children.push(pidfElement('timestamp', tuple.timestamp))
  return xmlElement(PIDF_NAMESPACE, 'tuple', children, [xmlAttribute('id', tuple.id)])
}

function contactElement({ uri, priority }: Contact): XmlElement {
  const attributes = priority === undefined ? [] : [xmlAttribute('priority', priority)]
  return xmlElement(PIDF_NAMESPACE, 'contact', [uri], attributes)
}

function pidfElement(name: string, text: string): XmlElement {
  return xmlElement(PIDF_NAMESPACE, name, [text])
}

type TupleDraft = { -readonly [K in keyof Tuple]: Tuple[K] } & {
  statusExtensions: XmlElement[]
  extensions: XmlElement[]
  notes: Note[]
}

function parseTuple(element: XmlElement): Reading<Tuple> {
  const id = attributeOf(element, 'id')?.trim()
  if (!id) return schemaError('a tuple has no id')
  const tuple: TupleDraft = { id, statusExtensions: [], extensions: [], notes: [] }
  let hasStatus = false
  for (const child of elementsOf(element)) {
    if (child.namespace !== PIDF_NAMESPACE) tuple.extensions.push(child)
    else if (isNote(child, PIDF_NAMESPACE)) tuple.notes.push(parseNote(child))
    else if (child.name === 'contact') tuple.contact = parseContact(child)
    else if (child.name === 'timestamp') tuple.timestamp = textOf(child)
    else if (child.name === 'status' && !hasStatus) {
      hasStatus = true
      const wrong = readStatus(tuple, child)
      if (wrong !== undefined) return schemaError(`tuple ${id}: ${wrong}`)
    } else return schemaError(`tuple ${id} holds an unexpected element ${child.name}`)
  }
  return hasStatus ? { value: tuple } : schemaError(`tuple ${id} has no status`)
}

/** Gives what is wrong, if anything is. */
function readStatus(tuple: TupleDraft, status: XmlElement): string | undefined {
  for (const child of elementsOf(status)) {
    if (!isNamed(child, PIDF_NAMESPACE, 'basic')) {
      tuple.statusExtensions.push(child)
      continue
    }
    const text = textOf(child)
    // RFC 3863 §4.1.4
    if (text !== 'open' && text !== 'closed') return 'basic is neither open nor closed'
    tuple.basic = text
  }
  return undefined
}

const PRIORITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

function parseContact(element: XmlElement): Contact {
  const uri = textOf(element)
  const priority = attributeOf(element, 'priority')?.trim()
  // Out of range is as good as absent. RFC 3863 §4.1.5
  return priority !== undefined && PRIORITY.test(priority) ? { uri, priority } : { uri }
}
