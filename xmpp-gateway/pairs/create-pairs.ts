/** Pairs of SIP users and XMPP contacts: kept, subscribed both ways, told of streams and time. RFC 6121 §3, RFC 8048 §5. */
import type { ChangeFeed } from '../../core/model/change-feed.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { Log } from '../../core/model/log.ts'
import type { NeighbourPresence } from '../../core/model/neighbour-presence.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { NeighbourStore } from '../../core/model/stores.ts'
import { aorDomain, type Aor } from '../../core/uri/aor.ts'
import type { ContactResource, Pair, Pairs } from '../pair.ts'
import type { PresenceHandlers, Streams } from '../streams.ts'
import { createContactProbes } from './contact-probes.ts'
import type { ErrorOfStatus } from './contact-subscriptions.ts'
import { createNeighbour } from './neighbour.ts'
import { loadPairs, stopPairs, watchAgain } from './pair-life.ts'
import { createPairParts } from './pair-parts.ts'
import { startPairSweep } from './pair-sweep.ts'
import type { PairLimits } from './pair-table.ts'
import { createRemovedUsers } from './removed-users.ts'
import { createStreamCourse } from './stream-course.ts'
import type { AskOutcome } from './user-subscriptions.ts'

export interface PairsOptions {
  readonly store: Pick<NeighbourStore, 'pairs' | 'writePairs'>
  readonly source: PresenceSource
  readonly streams: Pick<Streams, 'send' | 'follow' | 'isOnline'>
  readonly changes: ChangeFeed
  /** SIP domains with a stream, and XMPP domains whose people may use it, both as SIP writes them. */
  readonly userDomains: readonly string[]
  readonly contactDomains: readonly string[]
  /** Whether the user is of a domain of this service, and not reached through the outbound proxy. */
  readonly isOurs: (user: Aor) => boolean
  /** Users of other SIP domains ask in return whoever may see them; users of ours do it by their contact lists. */
  readonly subscribeBack: boolean
  readonly errorOfStatus: ErrorOfStatus
  readonly limits: PairLimits
  readonly clock: Clock
  readonly log: Log
}

export interface PairControl {
  readonly pairs: Pairs
  /** For the stanza router. */
  readonly presence: PresenceHandlers
  readonly neighbour: NeighbourPresence
  /** What a resource of the contact said last; undefined: it is not available any more. Kept only where `to` is granted. */
  setResource(pair: Pair, name: string, now: ContactResource | undefined): void
  /** All of the contact's are gone. */
  dropResources(pair: Pair): void
  /** The user wants to see the contact: he is asked, unless he was. `insists`: also when he has refused. */
  ask(user: Aor, contact: Aor, how: 'asks' | 'insists'): AskOutcome
  /** The user wants nothing to do with the contact any more: both directions end. RFC 6121 §2.5 */
  remove(user: Aor, contact: Aor): void
  /** Before the streams: reads what is stored. */
  start(): Promise<void>
  /** Before the streams end: contacts are told that nobody is here any more. */
  stop(): Promise<void>
}

export function createPairs(options: PairsOptions): PairControl {
  const { source, streams, clock, contactDomains } = options
  const parts = createPairParts(options)
  const { table, steps, resources, contacts, users, listeners } = parts
  const isUser = (domain: string) => options.userDomains.includes(domain)
  const life = createLife(options, parts)

  function ask(user: Aor, contact: Aor, how: 'asks' | 'insists'): AskOutcome {
    const isServed = isUser(aorDomain(user)) && contactDomains.includes(aorDomain(contact))
    return isServed ? users.ask(user, contact, how) : 'no-address'
  }

  return {
    pairs: {
      find: table.find,
      ofUser: table.ofUser,
      ofContact: table.ofContact,
      all: table.all,
      follow: listeners.follow,
    },
    presence: {
      subscribe: contacts.subscribe,
      unsubscribe: contacts.unsubscribe,
      subscribed: users.subscribed,
      unsubscribed: users.unsubscribed,
      error: users.error,
      probe: createContactProbes({ ...parts, streams, clock }),
    },
    neighbour: createNeighbour({ table, subscriptions: { ...users, ask }, isUser, contactDomains }),
    setResource({ userJid, contactJid }, name, now) {
      const pair = table.findJids(userJid, contactJid)
      if (pair) resources.set(pair, name, now)
    },
    dropResources({ userJid, contactJid }) {
      const pair = table.findJids(userJid, contactJid)
      if (pair) resources.drop(pair)
    },
    ask,
    remove(user, contact) {
      const pair = table.find(user, contact)
      if (!pair) return
      steps.to(pair, 'cancels')
      steps.from(pair, 'revoked')
    },
    ...life,
  }
}

/** What runs from start to stop. */
function createLife(
  options: PairsOptions,
  parts: ReturnType<typeof createPairParts>,
): Pick<PairControl, 'start' | 'stop'> {
  const { streams, source, changes, clock, log, userDomains, contactDomains } = options
  const { table, contacts, watches, hidden, writer } = parts
  const ends: (() => void)[] = []
  const isServed = ({ user, contact }: ContactPair) =>
    userDomains.includes(aorDomain(user)) && contactDomains.includes(aorDomain(contact))

  return {
    async start() {
      await loadPairs({ ...options, table, isServed })
      const course = createStreamCourse({ ...parts, clock })
      const { gone } = contacts
      const removedUsers = createRemovedUsers({ table, source, changes, gone, log })
      ends.push(
        streams.follow(course),
        course.stop,
        hidden.stop,
        removedUsers.stop,
        watchAgain({ table, watches, removedUsers, clock }),
        startPairSweep({
          ...parts,
          subscriptions: parts.users,
          isElsewhere: ({ record }) => !options.isOurs(record.user),
          clock,
        }),
      )
      for (const domain of userDomains) if (streams.isOnline(domain)) course.online(domain)
    },
    async stop() {
      for (const end of ends.splice(0)) end()
      watches.stop()
      await stopPairs(parts)
      await writer.idle()
    },
  }
}
