/** The subscriptions by dialog and by watcher, with their bounds and their expiry. */
import type { Clock } from '../core/model/clock.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import type { Aor } from '../core/uri/aor.ts'
import { createExpiryQueue } from './expiry-queue.ts'
import { createLatelyEnded, type LatelyEnded } from './explanation/lately-ended.ts'
import type { AgentLimits } from './limits.ts'
import type { Resources } from './resources.ts'
import type { NotifyStatus, Resource, Subscription } from './resource.ts'
import { viewOf } from './notify/own-view.ts'
import { createSubscriptionRoom, type SubscriptionRoom } from './subscription-room.ts'

export interface Subscriptions {
  /** The subscription whose dialog the request belongs to: by Call-ID and tags, never by Request-URI. RFC 3261 §12.2.2. */
  ofDialog(request: SipMessage): Subscription | undefined
  /** By the local tag of its dialog. */
  find(localTag: string): Subscription | undefined
  readonly room: Pick<SubscriptionRoom, 'isFor' | 'hold' | 'isTaken' | 'watchers'>
  add(subscription: Subscription): void
  remove(subscription: Subscription): void
  has(subscription: Subscription): boolean
  /** An added subscription was refreshed: it ends at another time, and counts for what it is now. */
  expireAt(subscription: Subscription, dueAt: number): void
  all(): Iterable<Subscription>
  /** The last one of the watcher that is not there any more. */
  ended(
    watcher: Aor,
    resource: Pick<Resource, 'eventPackage' | 'presentity'>,
  ): EndedSubscription | undefined
  stop(): void
}

export interface EndedSubscription {
  /** Milliseconds since the epoch, both: when it left, and when it would have expired. */
  readonly at: number
  readonly dueAt: number
  readonly notifyStatus: NotifyStatus
}

interface SubscriptionsOptions {
  readonly resources: Resources
  readonly clock: Clock
  readonly limits: AgentLimits
  readonly expired: (subscriptions: readonly Subscription[]) => void
  /** There is something new to tell, which no change of its resource brought. */
  readonly wake: (subscription: Subscription) => void
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { resources, clock, limits, expired, wake } = options
  const byLocalTag = new Map<string, Subscription>()
  const room = createSubscriptionRoom(limits)
  const expiry = createExpiryQueue<Subscription>(clock, expired)
  const lately = createLatelyEnded<EndedSubscription>()

  return {
    room,
    find: (localTag) => byLocalTag.get(localTag),
    ofDialog: (request) => ofDialog(byLocalTag.get(request.toTag), request),
    add(subscription) {
      byLocalTag.set(subscription.dialog.localTag, subscription)
      room.add(subscription)
      subscription.resource.subscriptions.add(subscription)
      expiry.add(subscription)
      openView(subscription, wake)
    },
    remove(subscription) {
      if (!byLocalTag.delete(subscription.dialog.localTag)) return
      room.remove(subscription)
      noteEnd(lately, subscription, clock.now())
      expiry.remove(subscription)
      leave(subscription, resources)
    },
    has: (subscription) => byLocalTag.get(subscription.dialog.localTag) === subscription,
    expireAt(subscription, dueAt) {
      expiry.remove(subscription)
      subscription.dueAt = dueAt
      room.recount(subscription)
      expiry.add(subscription)
    },
    all: () => byLocalTag.values(),
    ended: (watcher, resource) => lately.of(endedName(watcher, resource)),
    stop() {
      expiry.stop()
    },
  }
}

function leave(subscription: Subscription, resources: Resources): void {
  subscription.view?.close()
  subscription.resource.subscriptions.delete(subscription)
  resources.release(subscription.resource)
}

function noteEnd(
  lately: LatelyEnded<EndedSubscription>,
  { watcher, resource, dueAt, notifyStatus }: Subscription,
  at: number,
): void {
  lately.note(endedName(watcher, resource), { at, dueAt, notifyStatus })
}

function endedName(
  watcher: Aor | undefined,
  { eventPackage, presentity }: Pick<Resource, 'eventPackage' | 'presentity'>,
): string {
  return `${eventPackage.name} ${presentity} ${watcher ?? ''}`
}

function ofDialog(found: Subscription | undefined, request: SipMessage): Subscription | undefined {
  if (!found) return undefined
  const { callId, remoteTag } = found.dialog
  return callId === request.callId && remoteTag === request.fromTag ? found : undefined
}

function openView(subscription: Subscription, wake: SubscriptionsOptions['wake']): void {
  const { eventPackage } = subscription.resource
  if (!('view' in eventPackage)) return
  viewOf(subscription, eventPackage).open(() => {
    wake(subscription)
  })
}
