/** Pairs of SIP users and XMPP contacts: kept, subscribed both ways, told of streams and time. RFC 6121 §3, RFC 8048 §5. */
import type { NeighbourPresence } from '../../core/model/neighbour-presence.ts'
import { aorDomain, type Aor } from '../../core/uri/aor.ts'
import type { ContactResource, Pair, Pairs } from '../pair.ts'
import type { PresenceHandlers } from '../streams.ts'
import { createContactProbes } from './contact-probes.ts'
import { settleHidden } from './hidden-contacts.ts'
import { createNeighbour } from './neighbour.ts'
import { createPairLife } from './pair-life.ts'
import { createPairParts, type PairParts } from './pair-parts.ts'
import type { PairsOptions } from './pairs-options.ts'
import type { AskOutcome } from './user-subscriptions.ts'

export interface PairControl {
  readonly pairs: Pairs
  /** For the stanza router. */
  readonly presence: PresenceHandlers
  readonly neighbour: NeighbourPresence
  /** What a resource of the contact said last; undefined: it is not available any more. Kept only where `to` is granted. */
  readonly setResource: (pair: Pair, name: string, now: ContactResource | undefined) => void
  /** Decides from whom the contact hides, now that his users have heard of his resources. Whether that is others than before. */
  readonly settle: (contact: Aor) => boolean
  /** The user wants to see the contact: he is asked, unless he was. `insists`: also when he has refused. */
  readonly ask: (user: Aor, contact: Aor, how: 'asks' | 'insists') => AskOutcome
  /** The user wants nothing to do with the contact any more: both directions end. RFC 6121 §2.5 */
  readonly remove: (user: Aor, contact: Aor) => void
  /** Resolves when all that was decided so far is on the disk. */
  readonly saved: () => Promise<void>
  /** Before the streams: reads what is stored. */
  readonly start: () => Promise<void>
  /** Before the streams end: contacts are told that nobody is here any more. */
  readonly stop: () => Promise<void>
}

export function createPairs(options: PairsOptions): PairControl {
  const { source, contactDomains } = options
  const parts = createPairParts(options)
  const { table, resources, users } = parts
  const isUser = (domain: string) => options.userDomains.includes(domain)
  const ask: PairControl['ask'] = (user, contact, how) => {
    const isServed = isUser(aorDomain(user)) && contactDomains.includes(aorDomain(contact))
    return isServed ? users.ask(user, contact, how) : 'no-address'
  }
  return {
    ask,
    remove: (user, contact) => {
      remove(user, contact, parts)
    },
    saved: parts.writer.idle,
    pairs: pairsIn(parts),
    presence: handlersOf(options, parts),
    neighbour: createNeighbour({ table, users: { ...users, ask }, isUser, contactDomains }),
    setResource: ({ userJid, contactJid }, name, now) => {
      const pair = table.findJids(userJid, contactJid)
      if (pair) resources.set(pair, name, now)
    },
    settle: (contact) => {
      const isOther = settleHidden(table, contact)
      if (isOther) source.reconsider(contact)
      return isOther
    },
    ...createPairLife(options, parts),
  }
}

function pairsIn({ table, listeners }: PairParts): Pairs {
  const { find, ofUser, ofContact, all } = table
  return { find, ofUser, ofContact, all, follow: listeners.follow }
}

function handlersOf({ streams, clock }: PairsOptions, parts: PairParts): PresenceHandlers {
  const { subscribe, unsubscribe } = parts.requests
  const { subscribed, unsubscribed, error } = parts.users
  const probe = createContactProbes({ ...parts, streams, clock })
  return { subscribe, unsubscribe, subscribed, unsubscribed, error, probe }
}

function remove(user: Aor, contact: Aor, { table, steps }: PairParts): void {
  const pair = table.find(user, contact)
  if (!pair) return
  steps.to(pair, 'cancels')
  steps.from(pair, 'revoked')
}
