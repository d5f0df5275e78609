/** Presence document: what a person publishes, as PIDF, and what of a PIDF a person sees. RFC 3863, 4479, 4480, 4482. */
import { cipidElement, parseCipid } from '../core/documents/cipid.ts'
import { isPerson, parsePerson, personElement, type Person } from '../core/documents/data-model.ts'
import type { Note } from '../core/documents/note.ts'
import { parsePidf, serializePidf, type PresenceDocument } from '../core/documents/pidf.ts'
import {
  choiceElement,
  parseRpid,
  RPID_NAMESPACE,
  rpidValue,
  statusIconElement,
  type Rpid,
} from '../core/documents/rpid.ts'
import { textOf, xmlElement, type XmlElement } from '../core/documents/xml-element.ts'
import { isActivity } from './activities.ts'
import type { Presence } from './presence.ts'
import { readDocument } from './xml-reader.ts'

/** What a person tells of herself. */
export interface PublishedPresence {
  /** Open when absent. */
  readonly basic?: 'open' | 'closed'
  /** Names of RFC 4480 §3.2; other words are published as they are. */
  readonly activities?: readonly string[]
  readonly note?: string
  /** Absolute URL of a picture that watchers can fetch. The server's own when absent. */
  readonly icon?: string
}

/** @param entity address of the presentity; @param tupleId differs between the clients of one person */
export function pidfFor({
  basic = 'open',
  activities = [],
  note,
  icon,
  entity,
  tupleId,
}: PublishedPresence & { entity: string; tupleId: string }): string {
  const attributes: XmlElement[] = []
  if (activities.length > 0) attributes.push(activitiesElement(activities))
  if (icon !== undefined) attributes.push(statusIconElement(icon), cipidElement('icon', icon))
  const notes = note === undefined ? [] : [{ text: note }]
  const isPersonal = attributes.length > 0 || notes.length > 0
  return serializePidf({
    entity,
    tuples: [
      { id: tupleId, basic, statusExtensions: [], extensions: [], contact: { uri: entity }, notes },
    ],
    notes: [],
    extensions: isPersonal ? [personElement({ id: `p${tupleId}`, attributes, notes })] : [],
  })
}

function activitiesElement(activities: readonly string[]): XmlElement {
  const values = activities.map((activity) =>
    isActivity(activity) ? rpidValue(activity) : xmlElement(RPID_NAMESPACE, 'other', [activity]),
  )
  return choiceElement('activities', { values, notes: [], attributes: [] })
}

/** Undefined when the text is no PIDF. */
export function presenceFromPidf(text: string): Presence | undefined {
  const document = documentIn(text)
  return document && presenceIn(document)
}

/** Undefined when the text is no PIDF. */
export function documentIn(text: string): PresenceDocument | undefined {
  const reading = readDocument(text, (root) => parsePidf(root, 'unknown'))
  return reading.error === undefined ? reading.value : undefined
}

export function presenceIn(document: PresenceDocument): Presence {
  const persons = document.extensions.filter(isPerson).map(parsePerson)
  const seen = { document, persons }
  return {
    basic: basicOf(document),
    activities: activitiesOf(seen),
    note: noteOf(seen),
    icon: iconOf(seen),
  }
}

interface Seen {
  readonly document: PresenceDocument
  readonly persons: readonly Person[]
}

/** One way to reach a person is enough. RFC 3863 §4.1.4. */
function basicOf({ tuples }: PresenceDocument): Presence['basic'] {
  if (tuples.some(({ basic }) => basic === 'open')) return 'open'
  return tuples.some(({ basic }) => basic === 'closed') ? 'closed' : null
}

/** Older clients put them into the tuple. */
function activitiesOf({ document, persons }: Seen): string[] {
  const holders = [...persons.map(({ attributes }) => attributes), ...extensionsOf(document)]
  const names = holders.flatMap((elements) =>
    (parseRpid(elements).activities?.values ?? []).map(activityName),
  )
  return [...new Set(names)]
}

/** `other` stands for the words in it. RFC 4480 §3.2. */
function activityName(value: XmlElement): string {
  const words = textOf(value)
  return value.name === 'other' && words !== '' ? words : value.name
}

/** What the person says comes before what is said of the whole document, of a tuple, and of the activities. */
function noteOf({ document, persons }: Seen): string | null {
  const ofActivities = (elements: readonly XmlElement[]) =>
    parseRpid(elements).activities?.notes ?? []
  const notes: Note[] = [
    ...persons.flatMap((person) => person.notes),
    ...document.notes,
    ...openFirst(document).flatMap((tuple) => tuple.notes),
    ...persons.flatMap(({ attributes }) => ofActivities(attributes)),
  ]
  return notes.map(({ text }) => text).find((text) => text !== '') ?? null
}

/** What any `<img>` can show and no page must fear: neither scripts nor files, and nothing relative to nowhere. */
const FETCHABLE = /^https?:\/\//i

/** The person's `icon`, else her `status-icon`, else the `icon` of a tuple, as Blink has it. */
function iconOf({ document, persons }: Seen): Presence['icon'] {
  const rpid = (elements: readonly XmlElement[]): Rpid => parseRpid(elements)
  const candidates = [
    ...persons.map(({ attributes }) => parseCipid(attributes).icon),
    ...persons.map(({ attributes }) => rpid(attributes).statusIcon?.text),
    ...extensionsOf(document).map((elements) => parseCipid(elements).icon),
  ]
  const url = candidates.find((candidate) => candidate !== undefined && FETCHABLE.test(candidate))
  return url === undefined ? null : { url }
}

function openFirst({ tuples }: PresenceDocument) {
  const isClosed = (basic: 'open' | 'closed' | undefined) => Number(basic === 'closed')
  return tuples.toSorted((one, other) => isClosed(one.basic) - isClosed(other.basic))
}

/** Of tuples: what PIDF itself does not know. */
function extensionsOf(document: PresenceDocument): (readonly XmlElement[])[] {
  return openFirst(document).map(({ extensions, statusExtensions }) => [
    ...extensions,
    ...statusExtensions,
  ])
}

/** Differs between the clients of one person, whose documents the server puts together. RFC 3863 §4.1.2. */
export function newTupleId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(6))
  return `t${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
