/** What must hold of a document's present version for a request to go through. RFC 9110 §13, RFC 4825 §7.11. */
import type { EntityTag } from './entity-tag.ts'

export interface Preconditions {
  /** `*`: the document exists. */
  ifMatch?: '*' | readonly EntityTag[]
  /** `*`: the document does not exist. */
  ifNoneMatch?: '*' | readonly EntityTag[]
}

/** Whether the conditions hold for a document whose tag is `current`; undefined means there is no document. */
export function preconditionsHold(
  { ifMatch, ifNoneMatch }: Preconditions,
  current: EntityTag | undefined,
): boolean {
  if (ifMatch !== undefined && !names(ifMatch, current)) return false
  return ifNoneMatch === undefined || !names(ifNoneMatch, current)
}

function names(tags: '*' | readonly EntityTag[], current: EntityTag | undefined): boolean {
  if (current === undefined) return false
  return tags === '*' || tags.includes(current)
}
