/** Waiting watchers: those who asked, were not answered, and do not ask now. RFC 3857 §4.7.1. */
import type { Clock } from '../../core/model/clock.ts'
import type { SubscriptionRecord } from '../../core/model/event-state.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createCounts } from '../counts.ts'
import { createExpiryQueue, type Expiring } from '../expiry-queue.ts'
import type { AgentLimits } from '../limits.ts'
import { watchedKey, type Watched } from './watched.ts'

export interface WaitingWatcher extends Expiring, Watched {
  /** Of the record in the store. */
  readonly id: string
  readonly watcher: Aor
  /** Milliseconds since the epoch. */
  readonly subscribedAt: number | undefined
}

export interface WaitingWatchers {
  /** Who waited longest comes first. */
  of(watched: Watched): readonly WaitingWatcher[]
  /** A watcher waits once for a presentity in an event package. */
  find(watched: Watched, watcher: Aor): WaitingWatcher | undefined
  readonly all: ReadonlySet<WaitingWatcher>
  /** Whether one more may be kept for this watcher. */
  hasRoom(watcher: Aor): boolean
  /** The one that must make room before another waits for the same. */
  surplus(watched: Watched): WaitingWatcher | undefined
  add(one: WaitingWatcher): void
  remove(one: WaitingWatcher): void
  stop(): void
}

/** Undefined: the subscription was nobody's in particular, who cannot be let in, so that waiting is vain. */
export function newWaiting(record: SubscriptionRecord, until: number): WaitingWatcher | undefined {
  const { id, eventPackage, presentity, watcher, subscribedAt } = record
  if (watcher === undefined) return undefined
  return { id, eventPackage, presentity, watcher, subscribedAt, dueAt: until, place: -1 }
}

interface WaitingOptions {
  readonly clock: Clock
  readonly limits: AgentLimits
}

export function createWaitingWatchers(
  { clock, limits }: WaitingOptions,
  expired: (watchers: readonly WaitingWatcher[]) => void,
): WaitingWatchers {
  const everyone = new Set<WaitingWatcher>()
  const byWatched = new Map<string, Map<Aor, WaitingWatcher>>()
  const counts = createCounts<Aor>()
  const expiry = createExpiryQueue<WaitingWatcher>(clock, expired)

  const of = (watched: Watched) => [...(byWatched.get(watchedKey(watched))?.values() ?? [])]

  return {
    of,
    find: (watched, watcher) => byWatched.get(watchedKey(watched))?.get(watcher),
    all: everyone,
    hasRoom: (watcher) =>
      everyone.size < limits.waitingWatchers && counts.of(watcher) < limits.waitingPerWatcher,
    surplus: (watched) => of(watched).at(-limits.waitingPerPresentity),
    add(one) {
      const key = watchedKey(one)
      const waiting = byWatched.get(key) ?? new Map<Aor, WaitingWatcher>()
      byWatched.set(key, waiting.set(one.watcher, one))
      everyone.add(one)
      counts.add(one.watcher)
      expiry.add(one)
    },
    remove(one) {
      if (!everyone.delete(one)) return
      const key = watchedKey(one)
      const waiting = byWatched.get(key)
      if (waiting?.get(one.watcher) === one) waiting.delete(one.watcher)
      if (waiting?.size === 0) byWatched.delete(key)
      counts.remove(one.watcher)
      expiry.remove(one)
    },
    stop() {
      expiry.stop()
    },
  }
}
