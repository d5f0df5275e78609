/** Hidden contacts: one who shows others that he is there, but not this user, is polite to her. RFC 5025 §3.2.1. */
import type { Aor } from '../../core/uri/aor.ts'
import type { PairTable } from './pair-table.ts'

/** Decides for all users of a contact; `changed` runs when he hides from one of them otherwise than before. */
export function settleHidden(
  { ofContact }: Pick<PairTable, 'ofContact'>,
  contact: Aor,
  changed: () => void,
): void {
  const pairs = ofContact(contact).filter(({ record }) => record.to === 'granted')
  const isSeen = pairs.some(({ resources }) => resources.size > 0)
  let isOther = false
  for (const pair of pairs) {
    const isHidden = isSeen && pair.resources.size === 0
    isOther ||= isHidden !== pair.isHidden
    pair.isHidden = isHidden
  }
  if (isOther) changed()
}
