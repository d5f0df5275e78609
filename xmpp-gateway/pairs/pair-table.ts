/** Pair table: all pairs, found by their addresses, within bounds. */
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { jidOfAor } from '../address/sip-address.ts'
import type { BareJid } from '../jid.ts'
import { livePair, strangers, type LivePair } from './live-pair.ts'

export interface PairLimits {
  readonly pairs: number
  /** Of one SIP user. */
  readonly perUser: number
  /** Of one XMPP contact. */
  readonly perContact: number
}

export interface PairTable {
  find(user: Aor, contact: Aor): LivePair | undefined
  /** By bare JIDs, which tell no capitals apart. */
  findJids(user: BareJid, contact: BareJid): LivePair | undefined
  ofUser(user: Aor): readonly LivePair[]
  ofContact(contact: Aor): readonly LivePair[]
  all(): Iterable<LivePair>
  size(): number
  /** The pair that is there, or a new one. `no-room`: there are too many; undefined: an address that XMPP cannot say. */
  open(user: Aor, contact: Aor): LivePair | 'no-room' | undefined
  /** As it was stored, beyond all bounds. Undefined: an address that XMPP cannot say. */
  restore(record: ContactPair): LivePair | undefined
  delete(pair: LivePair): void
}

type Index = Map<BareJid, Set<LivePair>>

export function createPairTable(limits: PairLimits): PairTable {
  const pairs = new Map<string, LivePair>()
  const users: Index = new Map()
  const contacts: Index = new Map()

  function add(record: ContactPair, user: BareJid, contact: BareJid): LivePair {
    const pair = livePair(record, user, contact)
    pairs.set(nameOf(user, contact), pair)
    addTo(users, user, pair)
    addTo(contacts, contact, pair)
    return pair
  }

  function hasRoom(user: BareJid, contact: BareJid): boolean {
    if (pairs.size >= limits.pairs) return false
    const ofUser = users.get(user)?.size ?? 0
    return ofUser < limits.perUser && (contacts.get(contact)?.size ?? 0) < limits.perContact
  }

  const findJids = (user: BareJid, contact: BareJid) => pairs.get(nameOf(user, contact))

  return {
    findJids,
    find: (user, contact) => withJids(user, contact, findJids),
    ofUser: (user) => allIn(users, user),
    ofContact: (contact) => allIn(contacts, contact),
    all: () => pairs.values(),
    size: () => pairs.size,
    open: (user, contact) =>
      withJids(user, contact, (userJid, contactJid) => {
        const there = findJids(userJid, contactJid)
        if (there) return there
        if (!hasRoom(userJid, contactJid)) return 'no-room'
        return add(strangers(user, contact), userJid, contactJid)
      }),
    restore: (record) =>
      withJids(record.user, record.contact, (user, contact) =>
        findJids(user, contact) ? undefined : add(record, user, contact),
      ),
    delete(pair) {
      if (findJids(pair.userJid, pair.contactJid) !== pair) return
      pairs.delete(nameOf(pair.userJid, pair.contactJid))
      deleteFrom(users, pair.userJid, pair)
      deleteFrom(contacts, pair.contactJid, pair)
    },
  }
}

/** No JID holds a space. */
const nameOf = (user: BareJid, contact: BareJid) => `${user} ${contact}`

function withJids<T>(
  user: Aor,
  contact: Aor,
  then: (user: BareJid, contact: BareJid) => T,
): T | undefined {
  const userJid = jidOfAor(user)
  const contactJid = jidOfAor(contact)
  return userJid === undefined || contactJid === undefined ? undefined : then(userJid, contactJid)
}

function allIn(index: Index, aor: Aor): readonly LivePair[] {
  const jid = jidOfAor(aor)
  return jid === undefined ? [] : [...(index.get(jid) ?? [])]
}

function addTo(index: Index, jid: BareJid, pair: LivePair): void {
  const there = index.get(jid)
  if (there) there.add(pair)
  else index.set(jid, new Set([pair]))
}

function deleteFrom(index: Index, jid: BareJid, pair: LivePair): void {
  const there = index.get(jid)
  there?.delete(pair)
  if (there?.size === 0) index.delete(jid)
}
