/** Watchers elsewhere: the subscriptions that other members of the service hold, as their presentity sees them. RFC 3857 §4.7. */
import type { Log } from '../../core/model/log.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import type { Permissions } from '../../core/model/permissions.ts'
import type { SharedEventState } from '../../core/model/shared-event-state.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { watchedKey, type Watched } from '../watcher-info/watched.ts'
import type { WatcherFeed } from '../watcher-info/watcher-feed.ts'
import {
  endedReport,
  liveStatus,
  reportElsewhere,
  type WatcherReport,
} from '../watcher-info/watcher-report.ts'

export interface WatchersElsewhere {
  /** Tells of them as of those here. */
  readonly feed: WatcherFeed
  /** Undefined, or resolves: whoever asks next for all of a presentity's watchers hears of these too. */
  known(watched: Watched): MaybePromise<void>
  /** With those here; those first who are not decided on. */
  beside(watched: Watched): readonly WatcherReport[]
  /** They may be others, or stand otherwise; of all presentities where none is named. */
  changed(watched?: Watched): void
}

/** What this member knows by itself. */
export interface LocalWatchers {
  readonly feed: WatcherFeed
  readonly here: (watched: Watched) => readonly WatcherReport[]
}

interface WatchersElsewhereParts {
  readonly shared: Pick<SharedEventState, 'watchersOf'>
  /** Changes are told from now on, until what this gives is called. */
  readonly keep: (watched: Watched) => () => void
  /** What a watcher may see; undefined: there is nothing to be seen. */
  readonly authorize: (
    watched: Watched,
    watcher: Aor | undefined,
  ) => MaybePromise<Permissions | undefined>
  readonly log: Log
}

/** Whose watchers somebody here wants to know. */
interface Known {
  readonly watched: Watched
  followers: number
  leave: () => void
  reports: readonly WatcherReport[]
  isRead: boolean
  reading: Promise<void> | undefined
  /** Something has changed since the reading began. */
  isOutdated: boolean
}

interface Elsewhere extends WatchersElsewhereParts, LocalWatchers {
  readonly all: Map<string, Known>
}

export function createWatchersElsewhere(
  parts: WatchersElsewhereParts,
): (local: LocalWatchers) => WatchersElsewhere {
  return (local) => {
    const elsewhere: Elsewhere = { ...parts, ...local, all: new Map<string, Known>() }
    const { all, feed, here } = elsewhere
    return {
      feed: { ...feed, follow: (...asked) => follow(elsewhere, ...asked) },
      known(watched) {
        const one = obtain(elsewhere, watched)
        return one.isRead ? undefined : read(elsewhere, one)
      },
      beside(watched) {
        const one = all.get(watchedKey(watched))
        const local = here(watched)
        if (!one) return local
        // Of whoever looks only once nothing is kept.
        if (one.followers === 0) all.delete(watchedKey(watched))
        const others = visible(one.reports, local)
        const isUndecided = ({ status }: WatcherReport) => status !== 'active'
        const decided = others.filter((report) => !isUndecided(report))
        return [...others.filter(isUndecided), ...local, ...decided]
      },
      changed(watched) {
        const some = watched ? [all.get(watchedKey(watched))] : all.values()
        for (const one of some) refresh(elsewhere, one)
      },
    }
  }
}

function follow(
  elsewhere: Elsewhere,
  ...[watched, listener]: Parameters<WatcherFeed['follow']>
): () => void {
  const { all, feed, keep } = elsewhere
  const one = obtain(elsewhere, watched)
  const end = feed.follow(watched, listener)
  if (one.followers++ === 0) one.leave = keep(watched)
  return () => {
    end()
    if (--one.followers > 0) return
    one.leave()
    all.delete(watchedKey(watched))
  }
}

function obtain({ all }: Elsewhere, watched: Watched): Known {
  const key = watchedKey(watched)
  const known = all.get(key)
  if (known) return known
  const one: Known = {
    ...{ watched, followers: 0, leave: () => undefined, reports: [] },
    ...{ isRead: false, reading: undefined, isOutdated: false },
  }
  all.set(key, one)
  return one
}

function read(elsewhere: Elsewhere, one: Known): Promise<void> {
  one.reading ??= readAll(elsewhere, one).finally(() => {
    one.reading = undefined
  })
  return one.reading
}

async function readAll(elsewhere: Elsewhere, one: Known): Promise<void> {
  const { watched } = one
  do {
    one.isOutdated = false
    const reports: WatcherReport[] = []
    const { presentity, eventPackage } = watched
    for (const record of await elsewhere.shared.watchersOf(presentity, eventPackage)) {
      const permissions = await elsewhere.authorize(watched, record.watcher)
      // Whoever holds it is about to end it.
      if (!permissions || permissions.handling === 'block') continue
      reports.push(reportElsewhere(record, liveStatus({ permissions })))
    }
    const before = visible(one.reports, elsewhere.here(watched))
    one.reports = reports
    if (one.isRead) announce(elsewhere, watched, before)
    one.isRead = true
    // It may have become so meanwhile.
  } while (isOutdated(one))
}

function isOutdated(one: Known): boolean {
  return one.isOutdated
}

function refresh(elsewhere: Elsewhere, one: Known | undefined): void {
  if (!one) return
  one.isOutdated = true
  read(elsewhere, one).catch((error: unknown) => {
    // Whoever wants to know all of them asks again.
    one.isRead = false
    elsewhere.log.warn({ err: error, ...one.watched }, 'watchers elsewhere are not known')
  })
}

/** Without those who are here by now, and without waiting ones who have come back. RFC 3857 §4.7.1 */
function visible(
  reports: readonly WatcherReport[],
  here: readonly WatcherReport[],
): readonly WatcherReport[] {
  const ids = new Set(here.map(({ id }) => id))
  const live = [...here, ...reports].filter(({ status }) => status !== 'waiting')
  const back = new Set(live.map(({ watcher }) => watcher))
  return reports.filter(
    ({ id, status, watcher }) => !ids.has(id) && !(status === 'waiting' && back.has(watcher)),
  )
}

function announce(
  { all, feed, here }: Elsewhere,
  watched: Watched,
  before: readonly WatcherReport[],
): void {
  const local = here(watched)
  const now = visible(all.get(watchedKey(watched))?.reports ?? [], local)
  for (const report of now) {
    const last = before.find(({ id }) => id === report.id)
    if (last?.status === report.status) continue
    const isApproved = last?.status === 'pending' && report.status === 'active'
    const event = isApproved ? 'approved' : report.event
    feed.announce(watched, () => ({ ...report, event }), !last)
  }
  for (const last of before) {
    if ([...now, ...local].some(({ id }) => id === last.id)) continue
    feed.announce(watched, () => endedReport(last, 'timeout'))
  }
}
