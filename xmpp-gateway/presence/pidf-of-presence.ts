/** PIDF of presence: an XMPP contact's resources as the presence document that SIP watchers get. RFC 8048 §6.2 table 1. */
import { personElement } from '../../core/documents/data-model.ts'
import type { Note } from '../../core/documents/note.ts'
import type { Contact, PresenceDocument, Tuple } from '../../core/documents/pidf.ts'
import { choiceElement, rpidValue } from '../../core/documents/rpid.ts'
import type { XmlElement } from '../../core/documents/xml-element.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { ContactResource } from '../pair.ts'
import { compareAvailability, type Reachability, type Show, type Statuses } from './availability.ts'
import { contactPriority } from './priority.ts'
import { activitiesOf, showElement } from './show.ts'
import { tupleIdOf } from './tuple-id.ts'

export type AvailableResource = Reachability & Pick<ContactResource, 'resource'>

/** One that was available the last time. */
export interface GoneResource {
  readonly resource: string
  /** Why it has gone. */
  readonly statuses: Statuses
}

/** What watchers get stays small enough to be published and told, whatever is said from however many devices. */
const MOST_TUPLES = 16
const MOST_TEXT = 4_096

/** A tuple for each resource, the most available first. `gone`: what each went with, the last at the end. */
export function pidfOfPresence(
  contact: Aor,
  resources: readonly AvailableResource[],
  gone: readonly GoneResource[],
): PresenceDocument {
  const [best, ...others] = [...resources].sort(
    (a, b) => compareAvailability(a, b) || (a.resource < b.resource ? -1 : 1),
  )
  // Nobody at home is told once, not for each device that was there.
  if (!best) return documentOf(contact, withinText([closedTuple(contact, gone.at(-1))]), [])
  const open = [best, ...others].map((resource) => openTuple(contact, resource))
  const closed = gone.map((resource) => closedTuple(contact, resource))
  const tuples = withinText([...open, ...closed].slice(0, MOST_TUPLES))
  return documentOf(contact, tuples, personOf(best.show))
}

function documentOf(
  entity: string,
  tuples: readonly Tuple[],
  extensions: readonly XmlElement[],
): PresenceDocument {
  return { entity, tuples, notes: [], extensions }
}

/** Of the less available devices the words are left out first. */
function withinText(tuples: readonly Tuple[]): Tuple[] {
  let room = MOST_TEXT
  const fits = ({ text }: Note) => (room -= text.length) >= 0
  return tuples.map((tuple) => ({ ...tuple, notes: tuple.notes.filter(fits) }))
}

function openTuple(uri: string, { resource, show, statuses, priority }: AvailableResource): Tuple {
  return {
    id: tupleIdOf(resource),
    basic: 'open',
    statusExtensions: show === undefined ? [] : [showElement(show)],
    extensions: [],
    contact: contactOf(uri, contactPriority(priority)),
    notes: notesOf(statuses),
  }
}

function closedTuple(uri: string, gone: GoneResource | undefined): Tuple {
  return {
    id: gone ? tupleIdOf(gone.resource) : 'closed',
    basic: 'closed',
    statusExtensions: [],
    extensions: [],
    contact: { uri },
    notes: notesOf(gone?.statuses ?? []),
  }
}

function contactOf(uri: string, priority: string | undefined): Contact {
  return priority === undefined ? { uri } : { uri, priority }
}

function notesOf(statuses: Statuses): Note[] {
  return statuses.map(({ text, lang }) =>
    lang === undefined ? { text } : { text, language: lang },
  )
}

/** What the most available of the devices says of the person. */
function personOf(show: Show | undefined): XmlElement[] {
  const values = activitiesOf(show).map(rpidValue)
  if (values.length === 0) return []
  const activities = choiceElement('activities', { values, notes: [], attributes: [] })
  return [personElement({ id: 'person', attributes: [activities], notes: [] })]
}
