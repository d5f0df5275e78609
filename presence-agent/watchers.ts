/** Watchers: every subscription as its presentity sees it, from the first SUBSCRIBE to the last event. RFC 3857 §4.7. */
import type { Clock } from '../core/model/clock.ts'
import { WATCHER_STATES } from '../core/model/watcher-state.ts'
import type { AgentLimits } from './limits.ts'
import type { Subscription, TerminationReason } from './resource.ts'
import type { Resources } from './resources.ts'
import { subscriptionRecord } from './subscription.ts'
import type { Turn } from './turn-batch.ts'
import type { Turns } from './turns.ts'
import { createWaitingRoom, tellEnding, type WaitingRoom } from './waiting-room.ts'
import { watchedBy, type Watched } from './watched.ts'
import { createWatcherFeed, type WatcherFeed } from './watcher-feed.ts'
import { endedReport, liveReport, liveStatus, type WatcherReport } from './watcher-report.ts'

export interface Watchers
  extends Pick<WatcherFeed, 'follow'>, Pick<WaitingRoom, 'accountRemoved' | 'resumed' | 'stop'> {
  /** All as they stand; those first who are not decided on. */
  of(watched: Watched): readonly WatcherReport[]
  /** A subscription was added. */
  began(subscription: Subscription, turn: Turn): void
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
}

export function createWatchers(options: WatchersOptions): Watchers {
  const feed = createWatcherFeed()
  const waiting = createWaitingRoom({ ...options, feed })
  return {
    ...feed,
    ...waiting,
    of(watched) {
      const live = liveReports(options.resources, watched)
      const decided = live.filter((one) => !isPending(one))
      return [...live.filter(isPending), ...waiting.of(watched), ...decided]
    },
    began(subscription, turn) {
      const watched = watchedBy(subscription)
      waiting.cameBack(watched, subscription.watcher, turn)
      turn.afterwards(() => {
        feed.announce(watched, () => liveReport(subscription), true)
      })
    },
    fetched(subscription, turn) {
      // The states of an authorized fetch are transient: nobody hears of them. RFC 3857 §4.7.2
      if (WATCHER_STATES[liveStatus(subscription)].timeout !== 'waiting') return
      const { watcher, resource } = subscription
      for (const one of resource.subscriptions) if (one.watcher === watcher) return
      const undo = () => undefined
      waiting.enter(subscriptionRecord(subscription), turn, { isNew: true, undo })
    },
    ended(subscription, event, turn, undo) {
      const isUndecided = WATCHER_STATES[liveStatus(subscription)][event] === 'waiting'
      if (isUndecided) {
        const record = subscriptionRecord(subscription)
        if (waiting.enter(record, turn, { isNew: false, undo })) return
      }
      turn.write({ remove: 'subscription', id: subscription.dialog.localTag }, undo)
      tellEnding(turn, undo, () => {
        const last = isUndecided ? 'giveup' : event
        feed.announce(watchedBy(subscription), () => endedReport(liveReport(subscription), last))
      })
    },
  }
}

function liveReports(resources: Resources, { eventPackage, presentity }: Watched): WatcherReport[] {
  return [...(resources.find(eventPackage, presentity)?.subscriptions ?? [])].map(liveReport)
}

function isPending({ status }: WatcherReport): boolean {
  return status === 'pending'
}
