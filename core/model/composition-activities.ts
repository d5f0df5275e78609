/** Activities of several devices as one list. RFC 4480 §3.2. */
import type { Note } from '../documents/note.ts'
import { choiceElement, parseChoice } from '../documents/rpid.ts'
import { textOf, type XmlElement } from '../documents/xml-element.ts'
import { distinctNotes } from './composition-notes.ts'

// Watchers that understand one activity take the first: what keeps a person from answering comes before absence.
const FIRST = ['on-the-phone', 'busy', 'meeting', 'appointment', 'presentation']
const LAST = ['away', 'permanent-absence', 'other', 'unknown']

/** `published`: the activities elements of all publications, the newest first. */
export function composeActivities(published: readonly XmlElement[]): XmlElement {
  const only = published.length === 1 ? published[0] : undefined
  if (only && only.children.length < 2) return only
  const values = new Map<string, XmlElement>()
  const notes: Note[] = []
  for (const choice of published.map(parseChoice)) {
    notes.push(...choice.notes)
    for (const value of choice.values) {
      const key = `${value.namespace} ${value.name} ${textOf(value)}`
      if (!values.has(key)) values.set(key, value)
    }
  }
  return choiceElement('activities', {
    values: ordered([...values.values()]),
    notes: distinctNotes(notes),
    // From and until hold for one publication's activities, not for all.
    attributes: only?.attributes ?? [],
  })
}

function ordered(values: readonly XmlElement[]): XmlElement[] {
  // "unknown" beside something known says nothing.
  const known = values.filter(({ name }) => name !== 'unknown')
  return (known.length > 0 ? known : [...values]).sort((a, b) => rank(a) - rank(b))
}

function rank({ name }: XmlElement): number {
  const first = FIRST.indexOf(name)
  return first === -1 ? FIRST.length + 1 + LAST.indexOf(name) : first
}
