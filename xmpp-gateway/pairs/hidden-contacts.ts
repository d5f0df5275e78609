/** Hidden contacts: one who shows others that he is there, but not this user, is polite to her. RFC 5025 §3.2.1. */
import type { Aor } from '../../core/uri/aor.ts'
import type { PairTable } from './pair-table.ts'

/** Decides for all users of a contact. Whether he hides from one of them otherwise than before. */
export function settleHidden({ ofContact }: Pick<PairTable, 'ofContact'>, contact: Aor): boolean {
  const pairs = ofContact(contact).filter(({ record }) => record.to === 'granted')
  const isSeen = pairs.some(({ resources }) => resources.size > 0)
  // While he is nowhere all stays as it was: whoever he hides from would see it end when he goes.
  if (!isSeen) return false
  let isOther = false
  for (const pair of pairs) {
    const isHidden = pair.resources.size === 0
    isOther ||= isHidden !== pair.isHidden
    pair.isHidden = isHidden
  }
  return isOther
}
