/** Pairs in memory, which the test sets: what the rooms of the gateway hear of, without stanzas or SIP. */
import { silentLog } from '../../core/model/log.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { WatchStanding } from '../../core/model/presence-source.ts'
import { jidOfAor } from '../../xmpp-gateway/address/sip-address.ts'
import type { ContactResource, Pair, Pairs } from '../../xmpp-gateway/pair.ts'
import { createPairListeners } from '../../xmpp-gateway/pairs/pair-listeners.ts'

export const alice = parseAor('sip:alice@sip.example')!
export const bob = parseAor('sip:bob@xmpp.example')!
export const carol = parseAor('sip:carol@xmpp.example')!

export interface ManualPairs extends Pairs {
  /** Granted both ways and shown everything, unless it says otherwise. Told to the listeners. */
  set(wanted?: WantedPair): Pair
  remove(user: Aor, contact: Aor): void
  show(pair: Pair, standing: WatchStanding | undefined): void
  /** Shows the same again, only to the full JID that has asked. */
  probe(pair: Pair, to: string): void
  /** What was told of the user does not hold any more. */
  forget(pair: Pair): void
  /** `undefined`: it has gone. */
  resource(pair: Pair, name: string, now: Partial<ContactResource> | undefined): void
}

interface WantedPair extends Partial<ContactPair> {
  readonly standing?: WatchStanding | undefined
}

interface LivePair extends Pair {
  record: ContactPair
  standing: WatchStanding | undefined
  readonly resources: Map<string, ContactResource>
}

export const shownAll: Extract<WatchStanding, { state: 'active' }> = {
  state: 'active',
  document: undefined,
  handling: 'allow',
  showsIcon: true,
}

export function createManualPairs(): ManualPairs {
  const pairs = new Map<string, LivePair>()
  const { follow, tell } = createPairListeners({ log: silentLog })
  const key = (user: Aor, contact: Aor) => `${user} ${contact}`
  const of = (belongs: (pair: Pair) => boolean) => [...pairs.values()].filter(belongs)

  return {
    follow,
    find: (user, contact) => pairs.get(key(user, contact)),
    ofUser: (user) => of(({ record }) => record.user === user),
    ofContact: (contact) => of(({ record }) => record.contact === contact),
    all: () => of(() => true),
    set(wanted = {}) {
      const { standing, ...given } = { standing: shownAll, ...wanted }
      const record: ContactPair = {
        user: alice,
        contact: bob,
        to: 'granted',
        from: 'granted',
        toSince: 0,
        fromSince: 0,
        ...given,
      }
      const known = pairs.get(key(record.user, record.contact))
      const before = known?.record
      const pair: LivePair = known ?? {
        record,
        userJid: jidOfAor(record.user)!,
        contactJid: jidOfAor(record.contact)!,
        standing,
        resources: new Map<string, ContactResource>(),
      }
      Object.assign(pair, { record, standing })
      pairs.set(key(record.user, record.contact), pair)
      tell.authorized(pair, before, record)
      return pair
    },
    remove(user, contact) {
      const pair = pairs.get(key(user, contact))
      pairs.delete(key(user, contact))
      if (pair) tell.authorized(pair, pair.record, undefined)
    },
    show(pair, standing) {
      Object.assign(pair, { standing })
      tell.shown(pair)
    },
    probe: (pair, to) => {
      tell.shown(pair, to)
    },
    forget: tell.forgotten,
    resource(pair, name, now) {
      const { resources } = pair as LivePair
      const before = resources.get(name)
      const after = now && { ...EMPTY, resource: name, ...now }
      if (after) resources.set(name, after)
      else resources.delete(name)
      tell.resource(pair, after, before)
    },
  }
}

const EMPTY: Omit<ContactResource, 'resource'> = {
  show: undefined,
  statuses: [],
  priority: 0,
  capabilities: undefined,
  photo: undefined,
}
