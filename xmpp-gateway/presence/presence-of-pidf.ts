/** Presence of PIDF: a SIP user's presence document as the availability that XMPP knows. RFC 8048 §6.3 table 2. */
import { isPerson, parsePerson, type Person } from '../../core/documents/data-model.ts'
import type { Note } from '../../core/documents/note.ts'
import type { PresenceDocument, Tuple } from '../../core/documents/pidf.ts'
import { parseRpid } from '../../core/documents/rpid.ts'
import { compareAvailability, type Availability } from './availability.ts'
import { resourcePriority } from './priority.ts'
import { showIn, showOfActivities } from './show.ts'
import { statusesOf } from './statuses.ts'

/** All tuples as one resource: the most available of them. Nothing known, and nothing open, is unavailable. */
export function presenceOfPidf(document: PresenceDocument): Availability {
  const persons = document.extensions.filter(isPerson).map(parsePerson)
  const open = document.tuples.filter(({ basic }) => basic === 'open')
  if (open.length === 0) {
    return { isAvailable: false, statuses: statusesOf(notesOf(document.tuples, persons, document)) }
  }
  const reached = open.map((tuple) => ({
    show: showOf(tuple, persons),
    statuses: statusesOf(notesOf([tuple], persons, document)),
    priority: resourcePriority(tuple.contact?.priority),
  }))
  const [best = { show: undefined, statuses: [], priority: 0 }] = reached.sort(compareAvailability)
  return { isAvailable: true, ...best }
}

/** What is said in XMPP's own words counts before what rich presence says, the tuple before the person. */
function showOf({ statusExtensions, extensions }: Tuple, persons: readonly Person[]) {
  return (
    showIn(statusExtensions) ??
    showOfActivities(extensions) ??
    showOfActivities(persons.flatMap(({ attributes }) => attributes))
  )
}

/** Of those who say anything: the tuples, the person, the document, the activities. */
function notesOf(
  tuples: readonly Tuple[],
  persons: readonly Person[],
  document: PresenceDocument,
): readonly Note[] {
  const places = [
    tuples.flatMap(({ notes }) => notes),
    persons.flatMap(({ notes }) => notes),
    document.notes,
    persons.flatMap(({ attributes }) => parseRpid(attributes).activities?.notes ?? []),
  ]
  return places.find((notes) => notes.some(({ text }) => text !== '')) ?? []
}
