/** Hidden contacts: one who shows others that he is there, but not this user, is polite to her. RFC 5025 §3.2.1. */
import type { Cancel, Clock } from '../../core/model/clock.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { LivePair } from './live-pair.ts'
import type { PairTable } from './pair-table.ts'

export interface HiddenContacts {
  /** What this contact shows somebody has changed. */
  review(pair: LivePair): void
  stop(): void
}

/** A server tells all users within this time that a resource has come or gone, in milliseconds. */
const SETTLES = 2_000

export function createHiddenContacts({
  table,
  clock,
  changed,
}: {
  table: PairTable
  clock: Clock
  /** Who may see this contact is to be decided again. */
  changed: (contact: Aor) => void
}): HiddenContacts {
  const unsettled = new Set<Aor>()
  let settling: Cancel | undefined

  function settle(): void {
    settling = undefined
    const contacts = [...unsettled]
    unsettled.clear()
    for (const contact of contacts) decide(contact)
  }

  function decide(contact: Aor): void {
    const pairs = table.ofContact(contact).filter(({ record }) => record.to === 'granted')
    const isSeen = pairs.some(({ resources }) => resources.size > 0)
    let isOther = false
    for (const pair of pairs) {
      const isHidden = isSeen && pair.resources.size === 0
      isOther ||= isHidden !== pair.isHidden
      pair.isHidden = isHidden
    }
    if (isOther) changed(contact)
  }

  return {
    review(pair) {
      const { contact } = pair.record
      if (pair.isHidden && pair.resources.size > 0) {
        pair.isHidden = false
        changed(contact)
      }
      unsettled.add(contact)
      settling ??= clock.after(SETTLES, settle)
    },
    stop: () => settling?.(),
  }
}
