/** Contacts as a table for a person, and as one object for a program. */
import type { Contact } from '../client/contact-book.ts'
import { printable } from './printable.ts'

/** One object in one line. */
export function contactsJson(contacts: readonly Contact[], notes: readonly string[]): string {
  const told = contacts.map(
    ({ address, name, groups, listed, relation, pendingOut, pendingIn, handling }) => ({
      ...{ address, name: name ?? null, groups, listed },
      ...{ relation, pendingOut, pendingIn, handling: handling ?? null },
    }),
  )
  return JSON.stringify({ contacts: told, notes })
}

export function contactLines(contacts: readonly Contact[], notes: readonly string[]): string[] {
  const rows = contacts.map(rowOf)
  const table = rows.length === 0 ? ['No contacts.'] : aligned([HEADINGS, ...rows])
  return [...table, ...notes.map((note) => `Note: ${printable(note)}`)]
}

const HEADINGS = ['GROUP', 'NAME', 'ADDRESS', 'RELATION', '']

function rowOf(contact: Contact): string[] {
  const { groups, name = '', address, relation } = contact
  return [groups.join(', '), name, address.replace(/^sip:/, ''), relation, standing(contact)].map(
    printable,
  )
}

function standing({ pendingOut, pendingIn, handling }: Contact): string {
  const words = []
  if (pendingOut) words.push('asked')
  if (pendingIn) words.push('wants to see you')
  if (handling === 'block') words.push('blocked')
  if (handling === 'polite-block') words.push('blocked politely')
  return words.join(', ')
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + ' '.repeat(padding(cell, widths[column])))
    return cells.join('  ').trimEnd()
  })
}

function padding(cell: string, width = 0): number {
  return width - widthOf(cell)
}

const CHARACTERS = new Intl.Segmenter()

function widthOf(text: string): number {
  return Array.from(CHARACTERS.segment(text)).length
}
