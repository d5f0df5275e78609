/** A subscription as it begins, as it is told and as it is stored. RFC 6665 §4.2. */
import type { SubscriptionRecord } from '../core/model/event-state.ts'
import type { Flow } from '../core/sip/sip-endpoint.ts'
import type { EventPackage } from './event-package.ts'
import { ANY_ENTITY } from './notify/notify-condition.ts'
import { NO_ANSWER_YET, type Subscription } from './resource.ts'

/** NOTIFY numbers that one write to the store reserves. */
export const CSEQ_BLOCK = 1_000

type Asked = 'content' | 'encoding' | 'condition'
type Beginning = 'permissions' | 'dialog' | 'flow' | 'subscribedAt' | 'dueAt'
type NewSubscription = Pick<
  Subscription,
  'resource' | 'watcher' | 'profile' | 'event' | 'accept' | Asked | Beginning
> &
  Partial<Pick<Subscription, 'heardBy'>>

export function newSubscription(given: NewSubscription): Subscription {
  return resumedSubscription(given, { cseq: 0, cseqReserved: CSEQ_BLOCK })
}

type Numbers = Pick<Subscription, 'cseq' | 'cseqReserved'>

/** A subscription whose NOTIFYs go on above `cseq`. */
export function resumedSubscription(given: NewSubscription, numbers: Numbers): Subscription {
  return {
    resource: given.resource,
    presentity: given.resource.presentity,
    watcher: given.watcher,
    profile: given.profile,
    event: given.event,
    accept: given.accept,
    content: given.content,
    encoding: given.encoding,
    condition: given.condition,
    pace: undefined,
    permissions: given.permissions,
    heardBy: given.heardBy,
    dialog: given.dialog,
    flow: given.flow,
    connection: connectionOf(given.flow),
    subscribedAt: given.subscribedAt,
    dueAt: given.dueAt,
    place: -1,
    head: undefined,
    cseq: numbers.cseq,
    cseqReserved: numbers.cseqReserved,
    view: undefined,
    toldTag: undefined,
    told: undefined,
    ended: undefined,
    notifying: false,
    unsaid: true,
    unsaidSince: 0,
    owed: false,
    unanswered: false,
    quietUntil: 0,
    notifiedAt: 0,
    notifiedSize: 0,
    notifyStatus: NO_ANSWER_YET,
  }
}

/** Undefined: a datagram, or a record of before the restart. */
export function connectionOf(flow: Subscription['flow']): Flow | undefined {
  return flow.transport !== 'UDP' && 'alive' in flow ? flow : undefined
}

/** The header line that says what the watcher must understand; empty: nothing in particular. RFC 3261 §20.32. */
export function requiredExtension(eventPackage: EventPackage): string {
  const extension = 'view' in eventPackage ? eventPackage.extension : undefined
  return extension === undefined ? '' : `Require: ${extension}\r\n`
}

/** Subscription-State. RFC 6665 §4.2.2. */
export function subscriptionState(subscription: Subscription, now: number): string {
  if (subscription.ended) return `terminated;reason=${subscription.ended}`
  const state = subscription.permissions.handling === 'confirm' ? 'pending' : 'active'
  const expires = Math.max(0, Math.ceil((subscription.dueAt - now) / 1000))
  return `${state};expires=${expires}${subscription.pace?.parameters ?? ''}`
}

export function subscriptionRecord(subscription: Subscription): SubscriptionRecord {
  const { resource, watcher, content, encoding, subscribedAt, dialog, flow } = subscription
  return {
    id: dialog.localTag,
    presentity: resource.presentity,
    ...(watcher === undefined ? {} : { watcher }),
    eventPackage: resource.eventPackage.name,
    event: subscription.event,
    accept: subscription.accept,
    watcherProfile: subscription.profile,
    ...(content === undefined ? {} : { content }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(subscription.condition === ANY_ENTITY ? { quenched: true as const } : {}),
    ...(subscribedAt === undefined ? {} : { subscribedAt }),
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
