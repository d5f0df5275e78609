/** Tuple id: a resource's name as an xs:ID, unambiguous. RFC 8048 §6.2 note 2. */
import { createHash } from 'node:crypto'

/** Letters and digits begin no reference to a character, as `_e4_` is one. */
const UNSAFE = /[^A-Za-z0-9.-]/gu
/** What a NOTIFY carries for each device must stay small. */
const LONGEST = 128

/** `ID-` makes an xs:ID of what may begin with a digit. */
export function tupleIdOf(resource: string): string {
  const safe = resource.replace(UNSAFE, referenceTo)
  if (safe.length <= LONGEST) return `ID-${safe}`
  // No reference begins with `h`.
  const digest = createHash('sha256').update(resource).digest('hex').slice(0, 32)
  return `ID-${safe.slice(0, LONGEST - digest.length)}_h${digest}`
}

function referenceTo(character: string): string {
  return `_${character.codePointAt(0)?.toString(16) ?? ''}_`
}
