/** The subscriptions by dialog and by watcher, with their bounds and their expiry. */
import type { Clock } from '../core/model/clock.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import type { Aor } from '../core/uri/aor.ts'
import { createExpiryQueue } from './expiry-queue.ts'
import type { AgentLimits } from './limits.ts'
import type { Resources } from './resources.ts'
import type { Subscription } from './resource.ts'

export interface Subscriptions {
  /** The subscription whose dialog the request belongs to: by Call-ID and tags, never by Request-URI. RFC 3261 §12.2.2. */
  ofDialog(request: SipMessage): Subscription | undefined
  /** Whether one more may be kept for this watcher. */
  hasRoom(watcher: Aor | undefined): boolean
  add(subscription: Subscription): void
  remove(subscription: Subscription): void
  has(subscription: Subscription): boolean
  /** Gives an added subscription another time to end at. */
  expireAt(subscription: Subscription, dueAt: number): void
  all(): Iterable<Subscription>
  stop(): void
}

interface SubscriptionsOptions {
  readonly resources: Resources
  readonly clock: Clock
  readonly limits: AgentLimits
  readonly expired: (subscriptions: readonly Subscription[]) => void
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { resources, clock, limits, expired } = options
  const byLocalTag = new Map<string, Subscription>()
  const countByWatcher = new Map<Aor | undefined, number>()
  const expiry = createExpiryQueue<Subscription>(clock, expired)

  return {
    ofDialog(request) {
      const found = byLocalTag.get(request.toTag)
      if (!found) return undefined
      const { callId, remoteTag } = found.dialog
      return callId === request.callId && remoteTag === request.fromTag ? found : undefined
    },
    hasRoom: (watcher) =>
      byLocalTag.size < limits.subscriptions &&
      (countByWatcher.get(watcher) ?? 0) < limits.subscriptionsPerWatcher,
    add(subscription) {
      byLocalTag.set(subscription.dialog.localTag, subscription)
      count(countByWatcher, subscription.watcher, 1)
      subscription.resource.subscriptions.add(subscription)
      expiry.add(subscription)
    },
    remove(subscription) {
      if (!byLocalTag.delete(subscription.dialog.localTag)) return
      count(countByWatcher, subscription.watcher, -1)
      expiry.remove(subscription)
      subscription.resource.subscriptions.delete(subscription)
      resources.release(subscription.resource)
    },
    has: (subscription) => byLocalTag.get(subscription.dialog.localTag) === subscription,
    expireAt(subscription, dueAt) {
      expiry.remove(subscription)
      subscription.dueAt = dueAt
      expiry.add(subscription)
    },
    all: () => byLocalTag.values(),
    stop() {
      expiry.stop()
    },
  }
}

function count<K>(counts: Map<K, number>, key: K, step: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + step
  if (next > 0) counts.set(key, next)
  else counts.delete(key)
}
