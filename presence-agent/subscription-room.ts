/** Room for subscriptions: what each counts for, and how much of that one watcher and all together may have. */
import type { Aor } from '../core/uri/aor.ts'
import { createCounts } from './counts.ts'
import type { AgentLimits } from './limits.ts'
import type { Subscription } from './resource.ts'

export interface SubscriptionRoom {
  /** Whether one like this may be kept. `instead`: the one that it would take the place of. */
  isFor(wanted: Counted, instead?: Counted): boolean
  /** Whether this watcher has any. */
  isTaken(watcher: Aor | undefined): boolean
  add(subscription: Subscription): void
  /** Counts an added one as it is now. */
  recount(subscription: Subscription): void
  /** So many resources are to hang on an added one; gives how many of them may. */
  hold(subscription: Subscription, resources: number): number
  remove(subscription: Subscription): void
  /** How many watchers have any. */
  readonly watchers: () => number
}

type Counted = Pick<Subscription, 'watcher' | 'content'> & Partial<Pick<Subscription, 'heardBy'>>

/** Octets of a body that count for as much as a subscription. */
const BODY_SHARE = 2_048

type Bounds = Pick<AgentLimits, 'subscriptions' | 'subscriptionsPerWatcher'>

export function createSubscriptionRoom(bounds: Bounds): SubscriptionRoom {
  const load = createLoad(bounds)
  /** Of those that do not count for one. */
  const weights = new Map<Subscription, number>()
  /** How many resources hang on each list. */
  const held = new Map<Subscription, number>()

  function weigh(subscription: Subscription, before: number): void {
    const weight = ownWeight(subscription) + (held.get(subscription) ?? 0)
    if (weight === 1) weights.delete(subscription)
    else weights.set(subscription, weight)
    load.change(subscription.watcher, weight - before)
  }

  const recount = (subscription: Subscription) => {
    weigh(subscription, weights.get(subscription) ?? 1)
  }

  return {
    isFor(wanted, instead) {
      const more = ownWeight(wanted) - (instead ? ownWeight(instead) : 0)
      return more <= Math.max(0, load.left(wanted.watcher))
    },
    isTaken: load.isAny,
    watchers: load.watchers,
    add(subscription) {
      weigh(subscription, 0)
    },
    recount,
    hold(subscription, resources) {
      held.delete(subscription)
      recount(subscription)
      const granted = Math.max(0, Math.min(resources, load.left(subscription.watcher)))
      if (granted > 0) held.set(subscription, granted)
      recount(subscription)
      return granted
    },
    remove(subscription) {
      load.change(subscription.watcher, -(weights.get(subscription) ?? 1))
      weights.delete(subscription)
      held.delete(subscription)
    },
  }
}

/** What they count for by watcher, and all together. */
function createLoad({ subscriptions, subscriptionsPerWatcher }: Bounds) {
  const perWatcher = createCounts<Aor | undefined>()
  let all = 0
  return {
    watchers: () => perWatcher.size,
    isAny: (watcher: Aor | undefined) => perWatcher.of(watcher) > 0,
    left: (watcher: Aor | undefined) =>
      Math.min(subscriptions - all, subscriptionsPerWatcher - perWatcher.of(watcher)),
    change(watcher: Aor | undefined, by: number): void {
      perWatcher.change(watcher, by)
      all += by
    },
  }
}

function ownWeight({ content, heardBy }: Counted): number {
  // It hangs on a list, which counts for it.
  if (heardBy?.kind === 'list') return 0
  return 1 + Math.floor((content?.text.length ?? 0) / BODY_SHARE)
}
