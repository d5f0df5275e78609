/** Watchers: every subscription as its presentity sees it, from the first SUBSCRIBE to the last event. RFC 3857 §4.7. */
import type { Clock } from '../../core/model/clock.ts'
import type { SubscriptionRecord } from '../../core/model/event-state.ts'
import { WATCHER_STATES } from '../../core/model/watcher-state.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import type { AgentLimits } from '../limits.ts'
import type { LocalWatchers, WatchersElsewhere } from '../members/watchers-elsewhere.ts'
import type { Subscription, TerminationReason } from '../resource.ts'
import type { Resources } from '../resources.ts'
import { subscriptionRecord } from '../subscription.ts'
import type { Turn } from '../turn-batch.ts'
import type { Turns } from '../turns.ts'
import { createWaitingRoom, tellEnding, type WaitingRoom } from './waiting-room.ts'
import { watchedBy, type Watched } from './watched.ts'
import { createWatcherFeed, type WatcherFeed } from './watcher-feed.ts'
import {
  endedReport,
  isPending,
  liveReport,
  liveStatus,
  type WatcherReport,
} from './watcher-report.ts'

export interface Watchers
  extends
    Pick<WatcherFeed, 'follow'>,
    Pick<
      WaitingRoom,
      'accountRemoved' | 'resumed' | 'stop' | 'waitedFor' | 'waiting' | 'waitingDecided'
    > {
  /** All as they stand; those first who are not decided on. Those of other members as long as somebody follows. */
  of(watched: Watched): readonly WatcherReport[]
  /** Undefined, or resolves: those of other members are known, to whoever follows. */
  known(watched: Watched): MaybePromise<void>
  /** Those of other members may be others, or stand otherwise; of all presentities where none is named. */
  reconsider(watched?: Watched): void
  /** A subscription was added. */
  began(subscription: Subscription, turn: Turn): void
  /** The presentity's rules say something else of it than before: it was pending, or is so now. */
  decided(subscription: Subscription, turn: Turn): void
  /** A fetch is answered. */
  fetched(subscription: Subscription, turn: Turn): void
  /** A subscription has left the tables: stores what remains of it. With `undo` it comes back when that fails. */
  ended(subscription: Subscription, event: TerminationReason, turn: Turn, undo?: () => void): void
}

interface WatchersOptions {
  readonly resources: Resources
  readonly clock: Clock
  readonly limits: AgentLimits
  readonly turns: Turns
  /** Watchers of other members; absent: there are no other members. */
  readonly elsewhere?: ((local: LocalWatchers) => WatchersElsewhere) | undefined
}

export function createWatchers(options: WatchersOptions): Watchers {
  const [{ report, decided }, local] = [createLiveReports(), createWatcherFeed()]
  const here = (watched: Watched) => reportsHere({ ...options, report, waiting }, watched)
  const elsewhere = options.elsewhere?.({ feed: local, here })
  const { feed } = elsewhere ?? { feed: local }
  const waiting = createWaitingRoom({ ...options, feed })
  return {
    ...{ ...feed, ...waiting },
    of: (watched) => elsewhere?.beside(watched) ?? here(watched),
    known: (watched) => elsewhere?.known(watched),
    reconsider: (watched) => elsewhere?.changed(watched),
    began(subscription, turn) {
      const watched = watchedBy(subscription)
      waiting.cameBack(watched, subscription.watcher, turn)
      turn.afterwards(() => {
        feed.announce(watched, () => report(subscription), true)
      })
    },
    decided(subscription, turn) {
      decided(subscription)
      tellEnding(turn, undefined, () => {
        feed.announce(watchedBy(subscription), () => report(subscription))
      })
    },
    fetched(subscription, turn) {
      const entrance = { isNew: true, undo: () => undefined }
      if (mayWait(subscription)) waiting.enter(subscriptionRecord(subscription), turn, entrance)
    },
    ended(subscription, event, turn, undo) {
      const isUndecided = WATCHER_STATES[liveStatus(subscription)][event] === 'waiting'
      const record = isUndecided && recordOfWaiting(subscription)
      if (record && waiting.enter(record, turn, { isNew: false, undo })) return
      removeRecord(subscription, turn, undo)
      const last = isUndecided ? 'giveup' : event
      tellEnding(turn, undo, () => {
        feed.announce(watchedBy(subscription), () => endedReport(report(subscription), last))
      })
    },
  }
}

function reportsHere(
  {
    resources,
    report,
    waiting,
  }: Pick<WatchersOptions, 'resources'> & {
    readonly report: (subscription: Subscription) => WatcherReport
    readonly waiting: Pick<WaitingRoom, 'of'>
  },
  watched: Watched,
): readonly WatcherReport[] {
  const [pending, known] = liveSubscriptions(resources, watched)
  return [...pending.map(report), ...waiting.of(watched), ...known.map(report)]
}

/** Whether a fetch is remembered as one who asked. */
function mayWait(fetch: Subscription): boolean {
  // The states of an authorized fetch are transient: nobody hears of them. RFC 3857 §4.7.2
  if (WATCHER_STATES[liveStatus(fetch)].timeout !== 'waiting') return false
  const others = [...fetch.resource.subscriptions]
  return !others.some(({ watcher }) => watcher === fetch.watcher)
}

/** Undefined: a gateway knows by itself who has not been answered, and asks again. */
function recordOfWaiting(subscription: Subscription): SubscriptionRecord | undefined {
  return subscription.heardBy?.kind === 'gateway' ? undefined : subscriptionRecord(subscription)
}

function removeRecord({ heardBy, dialog }: Subscription, turn: Turn, undo?: () => void): void {
  // Without a dialog it was never stored.
  if (!heardBy) turn.write({ remove: 'subscription', id: dialog.localTag }, undo)
}

/** Those that are pending, and those that are not. */
function liveSubscriptions(
  resources: Resources,
  { eventPackage, presentity }: Watched,
): readonly [readonly Subscription[], readonly Subscription[]] {
  const all = [...(resources.find(eventPackage, presentity)?.subscriptions ?? [])]
  return [all.filter(isPending), all.filter((one) => !isPending(one))]
}

/** Remembers which were pending before they became active. */
function createLiveReports() {
  const approved = new WeakSet<Subscription>()
  const decided = (subscription: Subscription) => {
    if (isPending(subscription)) approved.delete(subscription)
    else approved.add(subscription)
  }
  const report = (subscription: Subscription) =>
    liveReport(subscription, approved.has(subscription) ? 'approved' : 'subscribe')
  return { decided, report }
}
