/** Notes of several publications without repetition. RFC 3863 §4.1.6. */
import type { Note } from '../documents/note.ts'

/** Each text once per language, in the order given. */
export function distinctNotes(notes: readonly Note[]): readonly Note[] {
  if (notes.length < 2) return notes
  const distinct = new Map<string, Note>()
  for (const note of notes) {
    const key = `${note.language ?? ''} ${note.text}`
    if (!distinct.has(key)) distinct.set(key, note)
  }
  return [...distinct.values()]
}
