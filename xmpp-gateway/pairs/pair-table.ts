/** Pair table: all pairs, found by their addresses, within bounds. */
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { contactAor, jidOfAor } from '../address/sip-address.ts'
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
  readonly find: (user: Aor, contact: Aor) => LivePair | undefined
  /** By bare JIDs, which tell no capitals apart. */
  readonly findJids: (user: BareJid, contact: BareJid) => LivePair | undefined
  readonly ofUser: (user: Aor) => readonly LivePair[]
  readonly ofContact: (contact: Aor) => readonly LivePair[]
  readonly all: () => Iterable<LivePair>
  readonly size: () => number
  /** The pair that is there, or a new one. `no-room`: there are too many; undefined: an address that XMPP cannot say. */
  readonly open: (user: Aor, contact: Aor) => LivePair | 'no-room' | undefined
  /** As it was stored, beyond all bounds. Undefined: an address that XMPP cannot say. */
  readonly restore: (record: ContactPair) => LivePair | undefined
  readonly delete: (pair: LivePair) => void
}

interface Indexes {
  readonly pairs: Map<string, LivePair>
  readonly users: Index
  readonly contacts: Index
}

type Index = Map<BareJid, Set<LivePair>>

/** `full` runs whenever there is no room for a pair. */
export function createPairTable(limits: PairLimits, full: () => void): PairTable {
  const indexes: Indexes = { pairs: new Map(), users: new Map(), contacts: new Map() }
  const { pairs, users, contacts } = indexes
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
        if (hasRoom(indexes, limits, userJid, contactJid)) {
          return add(indexes, strangers(user, contactAor(contact)), userJid, contactJid)
        }
        full()
        return 'no-room'
      }),
    restore: (record) =>
      withJids(record.user, record.contact, (user, contact) =>
        findJids(user, contact) ? undefined : add(indexes, record, user, contact),
      ),
    delete(pair) {
      if (!pairs.delete(nameOf(pair.userJid, pair.contactJid))) return
      deleteFrom(users, pair.userJid, pair)
      deleteFrom(contacts, pair.contactJid, pair)
    },
  }
}

function add(
  { pairs, users, contacts }: Indexes,
  record: ContactPair,
  user: BareJid,
  contact: BareJid,
): LivePair {
  const pair = livePair(record, user, contact)
  pairs.set(nameOf(user, contact), pair)
  addTo(users, user, pair)
  addTo(contacts, contact, pair)
  return pair
}

function hasRoom(
  { pairs, users, contacts }: Indexes,
  limits: PairLimits,
  user: BareJid,
  contact: BareJid,
): boolean {
  if (pairs.size >= limits.pairs) return false
  const ofUser = users.get(user)?.size ?? 0
  return ofUser < limits.perUser && (contacts.get(contact)?.size ?? 0) < limits.perContact
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
