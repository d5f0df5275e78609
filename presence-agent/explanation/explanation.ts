/** Explanation: why a watcher sees of a presentity what it sees. */
import type { ExplainedDocument } from '../../core/model/presence-rule-set.ts'
import type { SubHandling } from '../../core/model/presence-policy.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { NotifyStatus } from '../resource.ts'
import type { RegisteredContact } from '../registration/registrations.ts'

/** All times are milliseconds since the epoch. */
export interface Explanation extends ExplainedFacts {
  readonly cause: Cause
}

/** What decides, in one sentence. */
export interface Cause {
  readonly kind: CauseKind
  readonly text: string
}

export type CauseKind =
  | 'no-address'
  | 'not-served'
  | 'no-account'
  | 'blocked'
  | 'other-identity'
  | 'waiting'
  | 'ended'
  | 'not-subscribed'
  | 'rules-unreadable'
  | 'pending'
  | 'politely-blocked'
  | 'unreachable'
  | 'unanswered'
  | 'refused'
  | 'nothing-published'
  | 'filtered'
  | 'no-icon'
  | 'icon-not-allowed'
  | 'all-well'

export interface ExplainedFacts {
  readonly now: number
  readonly watcher: Party
  readonly presentity: Party
  /** Of the watcher to the presentity's presence, newest first. */
  readonly subscriptions: readonly ExplainedSubscription[]
  /** It was here of late, and is not any more. */
  readonly ended: { readonly at: number; readonly why: string } | undefined
  /** Watchers of the presentity who bear the same name elsewhere. */
  readonly namesakes: readonly Aor[]
  /** It has asked in vain, and is remembered. RFC 3857 §4.7.1 */
  readonly isWaiting: boolean
  readonly decision: Decision | undefined
  readonly publications: readonly ExplainedPublication[]
  /** When the last publication ended, where there is none. */
  readonly publishedUntil: number | undefined
  readonly registration: readonly RegisteredContact[]
  /** Whether presence is stored by XCAP. RFC 4827 */
  readonly hardState: boolean
  readonly icon: ExplainedIcon | undefined
  /** What the watcher is told. */
  readonly document: string | undefined
}

export interface Party {
  readonly asked: string
  /** Undefined: no address. */
  readonly address: Aor | undefined
  /** `account`: of ours. `external`: the accounts of the domain live elsewhere. `neighbour`: in another network, behind a gateway. `stranger`: another domain. */
  readonly known: 'account' | 'external' | 'neighbour' | 'stranger' | 'nobody'
}

export interface ExplainedSubscription {
  readonly state: 'active' | 'pending'
  readonly since: number | undefined
  /** Undefined: it lasts until it is ended. */
  readonly expiresAt: number | undefined
  /** It has no NOTIFYs of its own: told within that of a list (RFC 4662), or to another network. */
  readonly withoutNotify: boolean
  /** How its NOTIFYs go, as `UDP 192.0.2.1:5060`, or what it is told by. */
  readonly way: string
  /** Whether that way is there. */
  readonly reachable: boolean
  /** Something is to be told yet. */
  readonly unsaid: boolean
  readonly lastNotify:
    { readonly at: number; readonly size: number; readonly status: NotifyStatus } | undefined
  /** The other node or worker that holds it, and alone knows of its NOTIFYs; absent: who answers holds it. */
  readonly holder?: string
}

export interface Decision {
  readonly handling: SubHandling
  /** `self`: everybody may watch themselves. `contact`: she answers in another network. */
  readonly by: 'self' | 'rules' | 'policy' | 'contact'
  readonly documents: readonly ExplainedDocument[]
  /** Paths of rule documents that cannot be read, with what is wrong. */
  readonly unreadable: readonly { readonly path: string; readonly problem: string }[]
  /** The rules let only part of the document through. */
  readonly filtered: boolean
}

interface ExplainedPublication {
  readonly source: string | undefined
  readonly publishedAt: number
  /** Undefined: as long as the gateway stands by it. */
  readonly expiresAt: number | undefined
  readonly size: number
}

export interface ExplainedIcon {
  /** AUID and path of the document that carries it. */
  readonly document: string
  readonly storedAt: number
  readonly size: number
  /** It stands in what the watcher is told. */
  readonly announced: boolean
}
