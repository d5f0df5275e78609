/** Live pair: a pair as the parts that drive it see it. RFC 6121 §3. */
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { PresenceWatch, WatchStanding } from '../../core/model/presence-source.ts'
import type { BareJid } from '../jid.ts'
import type { ContactResource, Pair } from '../pair.ts'
import type { StanzaCondition } from '../stanza-error.ts'

/** Times are milliseconds since the epoch, 0 for never. */
export interface LivePair extends Pair {
  record: ContactPair
  standing: WatchStanding | undefined
  resources: ReadonlyMap<string, ContactResource>
  /** When each resource was heard of last. */
  heardAt: ReadonlyMap<string, number>
  /** The contact shows others more than this user: she is to see nobody at home. */
  isHidden: boolean
  /** The watch in the contact's name, while it is open. */
  watch: PresenceWatch | undefined
  /** Until when a watch of another SIP domain may stay open without a sign of the contact. */
  watchedUntil: number
  /** The contact's `subscribe` may still be answered with an error. */
  isUnanswered: boolean
  /** The error that has answered `subscribe` for good; undefined: `unsubscribed` did, or nothing yet. */
  failedBy: StanzaCondition | undefined
  probedAt: number
  /** When a `subscribe` that met a passing error is sent again, and how many did before. */
  askAgainAt: number
  attempts: number
}

const NO_RESOURCES: ReadonlyMap<string, ContactResource> = new Map()
const NEVER_HEARD: ReadonlyMap<string, number> = new Map()

export function livePair(record: ContactPair, userJid: BareJid, contactJid: BareJid): LivePair {
  return {
    ...{ record, userJid, contactJid },
    standing: undefined,
    resources: NO_RESOURCES,
    heardAt: NEVER_HEARD,
    isHidden: false,
    watch: undefined,
    watchedUntil: 0,
    isUnanswered: false,
    failedBy: undefined,
    probedAt: 0,
    askAgainAt: 0,
    attempts: 0,
  }
}

/** As it is before anybody has asked. */
export function strangers(user: ContactPair['user'], contact: ContactPair['contact']): ContactPair {
  return { user, contact, to: 'none', from: 'none', toSince: 0, fromSince: 0 }
}
