/** Pair: a SIP user and an XMPP contact, with what the gateway knows of both while it runs. RFC 6121 §3. */
import type { ContactPair } from '../core/model/contact-pair.ts'
import type { WatchStanding } from '../core/model/presence-source.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { BareJid } from './jid.ts'

export interface Pair {
  /** As it is stored. */
  readonly record: ContactPair
  readonly userJid: BareJid
  readonly contactJid: BareJid
  /** What the user shows the contact, who has asked for it; undefined: it is not known (yet), or he has not. */
  readonly standing: WatchStanding | undefined
  /** The contact's resources that are available, by their names, as far as the user may see them. */
  readonly resources: ReadonlyMap<string, ContactResource>
}

/** An available resource, as its last presence says. RFC 6121 §4.7 */
export interface ContactResource {
  readonly resource: string
  readonly show: 'away' | 'chat' | 'dnd' | 'xa' | undefined
  readonly statuses: readonly { readonly text: string; readonly lang: string | undefined }[]
  readonly priority: number
  /** XEP-0115. */
  readonly capabilities:
    { readonly node: string; readonly hash: string; readonly ver: string } | undefined
  /** XEP-0153: SHA-1 in lower-case hexadecimal; `none`: there is no picture; undefined: it says nothing of one. */
  readonly photo: string | undefined
}

export interface Pairs {
  find(user: Aor, contact: Aor): Pair | undefined
  /** Of a SIP user. */
  ofUser(user: Aor): Iterable<Pair>
  /** Of an XMPP contact. */
  ofContact(contact: Aor): Iterable<Pair>
  all(): Iterable<Pair>
  /** Gives what ends it. A listener that throws does the others no harm. */
  follow(listener: PairListener): () => void
}

export interface PairListener {
  /** One direction is authorized otherwise than before; undefined: there was no such pair, or there is none now. */
  authorized?(pair: Pair, before: ContactPair | undefined, after: ContactPair | undefined): void
  /** What the contact was told of the user does not hold any more: when it is `shown` again, all of it is to be told. */
  forgotten?(pair: Pair): void
  /** The user shows something else. `to`: only this full JID is to be told, which has asked. */
  shown?(pair: Pair, to?: string): void
  /** A resource has come, changed (`before` is what it was) or gone (`now` is undefined). */
  resource?(pair: Pair, now: ContactResource | undefined, before: ContactResource | undefined): void
}
