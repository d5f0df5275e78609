/** What a presence document says of the person: the name and the picture. RFC 4482. */
import { parseCipid } from '../../core/documents/cipid.ts'
import { isPerson, parsePerson } from '../../core/documents/data-model.ts'
import { parsePidf } from '../../core/documents/pidf.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'

export interface ShownPerson {
  readonly name?: string
  /** URL. */
  readonly icon?: string
}

const LONGEST_NAME = 256

/** Of the person, else of a tuple. A document that cannot be read says nothing. */
export function shownPerson(document: string): ShownPerson {
  const reading = readDocument(document, (root) => parsePidf(root))
  if (reading.error !== undefined) return {}
  const presence = reading.value
  const persons = presence.extensions.filter(isPerson).map(parsePerson)
  const elements = [
    ...persons.flatMap(({ attributes }) => attributes),
    ...presence.tuples.flatMap(({ extensions }) => extensions),
  ]
  const { displayNames, icon } = parseCipid(elements)
  const name = displayNames[0]?.text.slice(0, LONGEST_NAME)
  return { ...(name && { name }), ...(icon && { icon }) }
}
