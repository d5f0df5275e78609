/** The sphere that a presentity is in, as all her published documents say it. RFC 5025 §3.1.2, RFC 4480 §3.11. Pure. */
import { isPerson, parsePerson } from '../documents/data-model.ts'
import type { PresenceDocument } from '../documents/pidf.ts'
import { parseRpid } from '../documents/rpid.ts'
import { elementsOf, textOf, type XmlElement } from '../documents/xml-element.ts'

/** In lower case. Undefined: none was published, or several that differ. */
export function publishedSphere(documents: readonly PresenceDocument[]): string | undefined {
  const persons = documents.flatMap(({ extensions }) => extensions.filter(isPerson))
  const spheres = persons.flatMap(
    (person) => parseRpid(parsePerson(person).attributes).sphere ?? [],
  )
  const distinct = new Set(spheres.map(sphereValue))
  const [only] = distinct
  return distinct.size === 1 && only !== '' ? only : undefined
}

/** `<sphere><work/></sphere>`, or a text of one's own. */
function sphereValue(sphere: XmlElement): string {
  return (elementsOf(sphere)[0]?.name ?? textOf(sphere)).toLowerCase()
}
