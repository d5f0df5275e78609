/** Subscription: one watcher's dialog with one resource, as the notifier keeps it and as it is stored. RFC 6665 §4.2. */
import type { FlowRecord, SubscriptionRecord } from '../core/model/event-state.ts'
import type { SubHandling } from '../core/model/presence-policy.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import { prepareHead, type Dialog, type RequestHead } from '../core/sip/dialog.ts'
import type { Flow } from '../core/sip/sip-endpoint.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { Expiring } from './expiry-queue.ts'
import type { Resource } from './resource.ts'

/** Why a subscription ended. RFC 6665 §4.1.3. */
export type TerminationReason = 'timeout' | 'rejected' | 'noresource'

export interface Subscription extends Expiring {
  readonly resource: Resource
  readonly watcher: Aor | undefined
  readonly profile: WatcherProfile
  /** The Event header field of the SUBSCRIBE. */
  readonly event: string
  readonly accept: readonly string[]
  /** What the watcher may see; `confirm` is the state pending. */
  handling: SubHandling
  dialog: Dialog
  /** Where the last SUBSCRIBE came from. A record while no flow is known, as after a restart. */
  flow: Flow | FlowRecord
  /** Made when it is first needed. */
  head: RequestHead | undefined
  /** Of the last NOTIFY. */
  cseq: number
  /** No NOTIFY may have a higher number before the store knows. */
  cseqReserved: number
  /** Set: the next NOTIFY is the last. */
  ended: TerminationReason | undefined
  /** A NOTIFY is on its way, or being made: the next waits for its answer. */
  notifying: boolean
  /** Something is to be told that no NOTIFY has told yet. */
  unsaid: boolean
  /** Milliseconds since the epoch: no NOTIFY for a mere change before this. */
  quietUntil: number
}

/** NOTIFY numbers that one write to the store reserves. */
export const CSEQ_BLOCK = 1_000

type NewSubscription = Pick<
  Subscription,
  'resource' | 'watcher' | 'profile' | 'event' | 'accept' | 'handling' | 'dialog' | 'flow' | 'dueAt'
>

export function newSubscription(given: NewSubscription): Subscription {
  return resumedSubscription(given, 0, CSEQ_BLOCK)
}

/** A subscription whose NOTIFYs go on above `cseq`. */
export function resumedSubscription(
  given: NewSubscription,
  cseq: number,
  cseqReserved: number,
): Subscription {
  return {
    resource: given.resource,
    watcher: given.watcher,
    profile: given.profile,
    event: given.event,
    accept: given.accept,
    handling: given.handling,
    dialog: given.dialog,
    flow: given.flow,
    dueAt: given.dueAt,
    place: -1,
    head: undefined,
    cseq,
    cseqReserved,
    ended: undefined,
    notifying: false,
    unsaid: false,
    quietUntil: 0,
  }
}

/** The header lines that are the same in every NOTIFY of the subscription. */
export function notifyHead(subscription: Subscription, contact: string): RequestHead {
  return (subscription.head ??= prepareHead(
    subscription.dialog,
    `Contact: <${contact}>\r\nEvent: ${subscription.event}\r\n`,
  ))
}

/** Subscription-State. RFC 6665 §4.2.2. */
export function subscriptionState(subscription: Subscription, now: number): string {
  if (subscription.ended) return `terminated;reason=${subscription.ended}`
  const state = subscription.handling === 'confirm' ? 'pending' : 'active'
  const expires = Math.max(0, Math.ceil((subscription.dueAt - now) / 1000))
  return `${state};expires=${expires}`
}

export function subscriptionRecord(subscription: Subscription): SubscriptionRecord {
  const { resource, watcher, dialog, flow } = subscription
  return {
    id: dialog.localTag,
    presentity: resource.presentity,
    ...(watcher === undefined ? {} : { watcher }),
    eventPackage: resource.eventPackage.name,
    event: subscription.event,
    accept: subscription.accept,
    watcherProfile: subscription.profile,
    expiresAt: subscription.dueAt,
    callId: dialog.callId,
    localTag: dialog.localTag,
    remoteTag: dialog.remoteTag,
    localUri: dialog.localUri,
    remoteUri: dialog.remoteUri,
    remoteTarget: dialog.remoteTarget,
    routeSet: dialog.routeSet,
    remoteCseq: dialog.remoteCseq,
    cseqReserved: subscription.cseqReserved,
    flow: {
      transport: flow.transport,
      localAddress: flow.localAddress,
      localPort: flow.localPort,
      remoteAddress: flow.remoteAddress,
      remotePort: flow.remotePort,
    },
  }
}
