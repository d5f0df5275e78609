/** Resource: a presentity's event state in one event package, with what was published to it and who subscribes to it. */
import type { EntityTag } from '../core/model/entity-tag.ts'
import type {
  BodyEncoding,
  FlowRecord,
  PublicationRecord,
  SubscribeContent,
} from '../core/model/event-state.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { Permissions } from '../core/model/permissions.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import type { Dialog, RequestHead } from '../core/sip/dialog.ts'
import type { Flow } from '../core/sip/sip-endpoint.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ComposedState, EventPackage, Subscriber } from './event-package.ts'
import type { Expiring } from './expiry-queue.ts'
import type { EventRates } from './notify/event-rates.ts'
import type { NotifyBody } from './notify/notify-body.ts'
import type { RollingCount } from './notify/rolling-count.ts'
import type { SubscriptionView } from './subscription-view.ts'

export interface Publication extends Expiring {
  readonly record: PublicationRecord
  /** This member of the service looks after its expiry. */
  readonly isOwn: boolean
  /** The parsed body, from the request until the next composition. */
  state?: unknown
}

export interface Resource {
  readonly presentity: Aor
  readonly eventPackage: EventPackage
  readonly publications: Map<EntityTag, Publication>
  /** Another number whenever those are others. */
  revision: number
  readonly subscriptions: Set<Subscription>
  /** Made on demand for the state as it is, and dropped by every change. */
  notifyBodies: NotifyBodies | undefined
}

export interface NotifyBodies {
  readonly composed: MaybePromise<ComposedState>
  /** By the key of the permissions, then by watcher profile. */
  readonly bodies: Map<string, Map<WatcherProfile, NotifyBody>>
}

/** Status of the answer, or one of these. */
export type NotifyStatus = number
export const NO_ANSWER_YET = 0
export const TIMED_OUT = -1
export const NOT_SENT = -2

/** When a subscription expires whose watcher's network ends it by itself. */
export const NEVER = Infinity

/** Why a subscription ended. RFC 6665 §4.1.3. */
export type TerminationReason = 'timeout' | 'rejected' | 'noresource'

/** Hears that there is something new about a subscription without a dialog. */
export interface Hearer {
  /** The list that it is a member's of (RFC 4662 §4), or the gateway to its watcher's network. */
  readonly kind: 'list' | 'gateway'
  heard(subscription: Subscription): void
}

/** Of a subscription that rates were granted to once. In the queue while a NOTIFY must come at `dueAt`. */
export interface Pace extends Expiring {
  readonly subscription: Subscription
  rates: EventRates
  /** Parameters of Subscription-State. */
  parameters: string
  /** NOTIFYs of late, for the adaptive minimum. */
  sent: RollingCount | undefined
}

export interface Subscription extends Expiring, Subscriber {
  readonly resource: Resource
  /** Milliseconds since the epoch; absent where a store of an earlier version does not say it. */
  readonly subscribedAt: number | undefined
  permissions: Permissions
  /** Of the last SUBSCRIBE. */
  event: string
  accept: readonly string[]
  content: SubscribeContent | undefined
  /** The coding of its bodies. */
  encoding: BodyEncoding | undefined
  /** The entity that the watcher has already, or ANY_ENTITY. RFC 5839 */
  condition: string | undefined
  /** How often it is told; absent: as often as there is something new. RFC 6446 */
  pace: Pace | undefined
  /** It has no dialog: whoever hears of it in place of a NOTIFY. */
  readonly heardBy: Hearer | undefined
  dialog: Dialog
  /** Where the last SUBSCRIBE came from. A record while no flow is known, as after a restart. */
  flow: Flow | FlowRecord
  /** The last one by which a SUBSCRIBE of the dialog came. */
  connection: Flow | undefined
  /** Made when it is first needed. */
  head: RequestHead | undefined
  /** Of the last NOTIFY. */
  cseq: number
  /** No NOTIFY may have a higher number before the store knows. */
  cseqReserved: number
  /** Made when it is first needed, where the event package has one. */
  view: SubscriptionView | undefined
  /** The entity that the watcher was told last; undefined: none, or it is to be told again. */
  toldTag: string | undefined
  /** The body that the last partial document brought it to; undefined: none did. */
  told: { readonly body: NotifyBody; readonly version: number } | undefined
  /** Set: the next NOTIFY is the last. */
  ended: TerminationReason | undefined
  /** A NOTIFY is on its way, or being made: the next waits for its answer. */
  notifying: boolean
  /** Something is to be told that no NOTIFY has told yet. */
  unsaid: boolean
  /** Since when, in milliseconds as the sender of NOTIFYs counts them; 0: not known, or held back. */
  unsaidSince: number
  /** A NOTIFY must come whatever the watcher has already: it has subscribed, or its subscription's own state has changed. */
  owed: boolean
  /** Nothing has answered the last NOTIFY. */
  unanswered: boolean
  /** Milliseconds since the epoch: no NOTIFY for a mere change before this. */
  quietUntil: number
  /** The last NOTIFY: when it was sent, in milliseconds since the epoch, or 0; the octets of its body; its answer. */
  notifiedAt: number
  notifiedSize: number
  notifyStatus: NotifyStatus
}
