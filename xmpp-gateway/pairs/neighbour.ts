/** What the presence agent asks about XMPP contacts, answered from the pairs. RFC 8048 §5.3, §7.2. */
import type { Authorization } from '../../core/model/contact-pair.ts'
import type { NeighbourPresence } from '../../core/model/neighbour-presence.ts'
import type { SubHandling } from '../../core/model/presence-policy.ts'
import { aorDomain } from '../../core/uri/aor.ts'
import { contactAor } from '../address/sip-address.ts'
import { statusOfError } from '../sip-status.ts'
import type { StanzaCondition } from '../stanza-error.ts'
import type { PairTable } from './pair-table.ts'
import type { UserSubscriptions } from './user-subscriptions.ts'

const HANDLING: Record<Authorization, SubHandling> = {
  none: 'confirm',
  asked: 'confirm',
  granted: 'allow',
  refused: 'block',
}

export function createNeighbour({
  table,
  users,
  isUser,
  contactDomains,
}: {
  table: PairTable
  users: Pick<UserSubscriptions, 'ask' | 'probe'>
  /** Whether a SIP domain can be spoken for in XMPP. */
  isUser: (domain: string) => boolean
  contactDomains: readonly string[]
}): NeighbourPresence {
  return {
    domains: contactDomains,
    canonical: contactAor,
    handling(presentity, watcher) {
      if (!isUser(aorDomain(watcher))) return 'block'
      const pair = table.find(watcher, presentity)
      // He shows others that he is there, but not her.
      if (pair?.isHidden && pair.record.to === 'granted') return 'polite-block'
      return HANDLING[pair?.record.to ?? 'none']
    },
    refusal: (presentity, watcher) => refusalOf(table.find(watcher, presentity)?.failedBy),
    subscribed(presentity, watcher) {
      if (isUser(aorDomain(watcher))) users.ask(watcher, presentity, 'asks')
    },
    fetched(presentity, watcher) {
      const pair = table.find(watcher, presentity)
      if (pair?.record.to === 'granted') users.probe(pair)
    },
  }
}

/** A challenge would ask for a password that nobody has. RFC 3261 §22.1 */
const CHALLENGES: readonly number[] = [401, 407]

function refusalOf(condition: StanzaCondition | undefined): number {
  const status = condition === undefined ? 403 : statusOfError(condition)
  return CHALLENGES.includes(status) ? 403 : status
}
