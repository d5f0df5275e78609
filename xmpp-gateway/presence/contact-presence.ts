/** Contact presence: what XMPP contacts show their SIP users is taken in. RFC 6121 §4, RFC 8048 §6.2. */
import type { Clock } from '../../core/model/clock.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { Log } from '../../core/model/log.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { aorOfJid } from '../address/sip-address.ts'
import type { ContactResource, Pair, Pairs } from '../pair.ts'
import type { IncomingPresence, PresenceHandlers } from '../streams.ts'
import { createGathering, type Gathering } from './gathering.ts'
import { createPublishedContacts, type PublishedContacts } from './published-contacts.ts'
import { readPresence, readStatuses } from './read-presence.ts'

interface ContactPresenceOptions {
  readonly pairs: Pick<Pairs, 'find' | 'ofContact' | 'follow'>
  /** Keeps what a resource says, or that it has gone, and tells those who follow the pairs. */
  readonly setResource: (pair: Pair, name: string, resource: ContactResource | undefined) => void
  /** Decides from whom the contact hides. Whether that is others than before. */
  readonly settle: (contact: Aor) => boolean
  readonly source: Pick<PresenceSource, 'publish'>
  readonly clock: Clock
  readonly log: Log
}

export interface ContactPresence {
  readonly handlers: Required<Pick<PresenceHandlers, 'available' | 'unavailable'>>
  close(): void
}

/** A broadcast reaches all users of a contact one after the other: in milliseconds, what that may take. */
const BURST = 100

export function createContactPresence(options: ContactPresenceOptions): ContactPresence {
  const { pairs, settle, clock } = options
  const published = createPublishedContacts(options)
  const gathering = createGathering<Aor>({ delay: BURST, take: review, clock })

  function review(contact: Aor): void {
    // The presence agent takes a moment to follow: he is shown to nobody before those are shut out from whom he hides.
    if (settle(contact)) gathering.add(contact)
    else published.review(contact)
  }

  const unfollow = pairs.follow({
    resource({ record }) {
      gathering.add(record.contact)
    },
    authorized({ record }, before, after) {
      if (isApproved(before) !== isApproved(after)) gathering.add(record.contact)
    },
  })

  return {
    handlers: createHandlers({ ...options, published, gathering }),
    close() {
      unfollow()
      gathering.close()
      published.close()
    },
  }
}

function createHandlers({
  pairs,
  setResource,
  published,
  gathering,
}: Pick<ContactPresenceOptions, 'pairs' | 'setResource'> & {
  published: PublishedContacts
  gathering: Gathering<Aor>
}): ContactPresence['handlers'] {
  return {
    available(presence) {
      const { resource } = presence.from
      const pair = pairOf(pairs, presence)
      if (!pair || resource === undefined) return
      setResource(pair, resource, readPresence(presence.stanza, resource))
    },
    unavailable(presence) {
      const pair = pairOf(pairs, presence)
      if (!pair) return
      const { record, resources } = pair
      const statuses = readStatuses(presence.stanza)
      // Of the bare JID it holds for all resources. RFC 6121 §4.5.4
      const leaving = presence.from.resource ?? [...resources.keys()]
      for (const resource of [leaving].flat()) {
        published.takeLeave(record.contact, { resource, statuses })
        setResource(pair, resource, undefined)
      }
      // That nobody is at home is news where nothing was known.
      if (isApproved(record)) gathering.add(record.contact)
    },
  }
}

const isApproved = (record: ContactPair | undefined) => record?.to === 'granted'

function pairOf(pairs: Pick<Pairs, 'find'>, { from, to }: IncomingPresence): Pair | undefined {
  const [user, contact] = [aorOfJid(to), aorOfJid(from)]
  return user && contact ? pairs.find(user, contact) : undefined
}
