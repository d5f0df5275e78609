/** Quiet periods: subscriptions that have something to be told, but not yet. RFC 3856 §6.10, RFC 3261 §20.33. */
import type { Clock } from '../core/model/clock.ts'
import { createExpiryQueue, type Expiring } from './expiry-queue.ts'
import type { Subscription } from './resource.ts'

interface Held extends Expiring {
  readonly subscription: Subscription
}

export interface QuietPeriods {
  /** Until the subscription's `quietUntil`. Held twice, it is given back once. */
  hold(subscription: Subscription): void
  stop(): void
}

export function createQuietPeriods(
  clock: Clock,
  over: (subscriptions: readonly Subscription[]) => void,
): QuietPeriods {
  const held = new Set<Subscription>()
  const queue = createExpiryQueue<Held>(clock, (items) => {
    const subscriptions = items.map(({ subscription }) => subscription)
    for (const subscription of subscriptions) held.delete(subscription)
    over(subscriptions)
  })
  return {
    hold(subscription) {
      if (held.has(subscription)) return
      held.add(subscription)
      queue.add({ subscription, dueAt: subscription.quietUntil, place: -1 })
    },
    stop() {
      queue.stop()
    },
  }
}
