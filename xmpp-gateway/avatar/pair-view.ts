/** What of a user the contact of a pair may see, by the rules that the standing tells of. RFC 5025 §3.2.1, XEP-0153 §4.1. */
import type { Pair } from '../pair.ts'

/** `unknown`: the rules have not been heard yet, or cannot be now. */
export type IconView = 'unknown' | 'hidden' | 'shown'

export function iconView({ record, standing }: Pair): IconView {
  // Only whom the user has let in sees anything of him.
  if (record.from !== 'granted') return 'hidden'
  if (!standing) return 'unknown'
  if (standing.state !== 'active') {
    return standing.state === 'terminated' && !standing.isFinal ? 'unknown' : 'hidden'
  }
  return standing.handling === 'allow' && standing.showsIcon ? 'shown' : 'hidden'
}

/** PIDF as the contact may see it. */
export function shownDocument({ record, standing }: Pair): string | undefined {
  if (record.from !== 'granted' || standing?.state !== 'active') return undefined
  return standing.handling === 'allow' ? standing.document : undefined
}
