/** Waiting room: remembers for days who asked and was not answered, and stores it. RFC 3857 §4.7.1. */
import type { WatcherEvent } from '../../core/documents/watcherinfo.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { SubscriptionRecord } from '../../core/model/event-state.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { AgentLimits } from '../limits.ts'
import type { Turn } from '../turn-batch.ts'
import type { Turns } from '../turns.ts'
import {
  createWaitingWatchers,
  newWaiting,
  type WaitingWatcher,
  type WaitingWatchers,
} from './waiting-watchers.ts'
import type { Watched } from './watched.ts'
import type { WatcherFeed } from './watcher-feed.ts'
import { endedReport, waitingReport, type WatcherReport } from './watcher-report.ts'

export interface WaitingRoom {
  /** Who waited longest comes first. */
  of(watched: Watched): readonly WatcherReport[]
  /** The subscription of this record has ended. False: it cannot be kept. */
  enter(record: SubscriptionRecord, turn: Turn, how: Entrance): boolean
  /** Who waits. */
  waiting(watched: Watched): readonly Aor[]
  /** For whom somebody waits. */
  waitedFor(watcher: Aor): readonly Watched[]
  /** The presentity has answered: it need not wait any more. */
  waitingDecided(watched: Watched, watcher: Aor, event: 'approved' | 'rejected', turn: Turn): void
  /** The watcher has come back: waiting is redundant. */
  cameBack(watched: Watched, watcher: Aor | undefined, turn: Turn): void
  /** Nobody has this address any more. */
  accountRemoved(aor: Aor, turn: Turn): void
  /** Has been waiting since before the restart. */
  resumed(record: SubscriptionRecord, until: number): void
  stop(): void
}

interface Entrance {
  /** Nothing was reported of it before. */
  readonly isNew: boolean
  /** Present: it has not ended if that cannot be stored. */
  readonly undo: (() => void) | undefined
}

interface WaitingRoomOptions {
  readonly feed: WatcherFeed
  readonly clock: Clock
  readonly limits: AgentLimits
  readonly turns: Turns
}

/** Milliseconds after which it is given up: people come back after days. */
const PATIENCE = 7 * 86_400_000

export function createWaitingRoom(options: WaitingRoomOptions): WaitingRoom {
  const waiting = createWaitingWatchers(options, (expired) => {
    options.turns.add((turn) => {
      for (const one of expired) end(room, one, 'giveup', turn)
    })
  })
  const room: Room = { ...options, waiting }
  return {
    of: (watched) => waiting.of(watched).map(waitingReport),
    enter(record, turn, entrance) {
      const one = newWaiting(record, options.clock.now() + PATIENCE)
      return one !== undefined && take(room, one, { record, ...entrance }, turn)
    },
    waiting: (watched) => waiting.of(watched).map(({ watcher }) => watcher),
    waitedFor: (aor) => [...waiting.all].filter(({ watcher }) => watcher === aor),
    waitingDecided(watched, watcher, event, turn) {
      end(room, waiting.find(watched, watcher), event, turn)
    },
    cameBack(watched, watcher, turn) {
      if (watcher !== undefined) end(room, waiting.find(watched, watcher), 'giveup', turn)
    },
    accountRemoved(aor, turn) {
      for (const one of [...waiting.all]) {
        if (one.presentity === aor) end(room, one, 'noresource', turn)
        else if (one.watcher === aor) end(room, one, 'rejected', turn)
      }
    },
    resumed(record, until) {
      const one = newWaiting(record, until)
      if (one) waiting.add(one)
    },
    stop() {
      waiting.stop()
    },
  }
}

interface Room {
  readonly waiting: WaitingWatchers
  readonly feed: WatcherFeed
}

/** False: there is no room. */
function take(
  room: Room,
  one: WaitingWatcher,
  { record, isNew, undo }: Entrance & { record: SubscriptionRecord },
  turn: Turn,
): boolean {
  const { waiting, feed } = room
  end(room, waiting.find(one, one.watcher), 'giveup', turn)
  if (!waiting.hasRoom(one.watcher)) return false
  end(room, waiting.surplus(one), 'giveup', turn)
  waiting.add(one)
  turn.write({ put: 'subscription', record: { ...record, waitingUntil: one.dueAt } }, () => {
    if (!undo) return
    waiting.remove(one)
    undo()
  })
  tellEnding(turn, undo, () => {
    feed.announce(one, () => waitingReport(one), isNew)
  })
  return true
}

function end(
  { waiting, feed }: Room,
  one: WaitingWatcher | undefined,
  event: WatcherEvent,
  turn: Turn,
): void {
  if (!one || !waiting.all.has(one)) return
  waiting.remove(one)
  turn.write({ remove: 'subscription', id: one.id })
  tellEnding(turn, undefined, () => {
    feed.announce(one, () => endedReport(waitingReport(one), event))
  })
}

/** What can be undone is told once it is stored; what has ended has ended in any case. */
export function tellEnding(turn: Turn, undo: (() => void) | undefined, tell: () => void): void {
  if (undo) turn.afterwards(tell)
  else turn.answer(tell, tell)
}
