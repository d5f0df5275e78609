/** Quiet periods: subscriptions that are not to be told anything yet. RFC 3856 §6.10, RFC 3261 §20.33, RFC 6446 §5.2. */
import type { Clock } from '../../core/model/clock.ts'
import { createExpiryQueue, type Expiring } from '../expiry-queue.ts'
import type { Subscription } from '../resource.ts'

interface Held extends Expiring {
  readonly subscription: Subscription
}

export interface QuietPeriods {
  /** Until then, in milliseconds since the epoch. Held twice, it is given back once, at the earlier time. */
  hold(subscription: Subscription, until: number): void
  /** Harmless when it is not held. */
  release(subscription: Subscription): void
  stop(): void
}

export function createQuietPeriods(
  clock: Clock,
  over: (subscriptions: readonly Subscription[]) => void,
): QuietPeriods {
  const held = new Map<Subscription, Held>()
  const queue = createExpiryQueue<Held>(clock, (items) => {
    const subscriptions = items.map(({ subscription }) => subscription)
    for (const subscription of subscriptions) held.delete(subscription)
    over(subscriptions)
  })

  function release(subscription: Subscription): void {
    const item = held.get(subscription)
    if (!item) return
    held.delete(subscription)
    queue.remove(item)
  }

  return {
    release,
    hold(subscription, until) {
      if ((held.get(subscription)?.dueAt ?? Infinity) <= until) return
      release(subscription)
      const item = { subscription, dueAt: until, place: -1 }
      held.set(subscription, item)
      queue.add(item)
    },
    stop() {
      queue.stop()
    },
  }
}
