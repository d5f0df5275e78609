/** Watches who watches oneself: the first document tells all, the others what changed. RFC 3857 §4, RFC 3858 §4. */
import {
  parseWatcherInfo,
  WATCHERINFO_MEDIA_TYPE,
  type Watcher,
  type WatcherEvent,
  type WatcherStatus,
} from '../core/documents/watcherinfo.ts'
import type { NotifyBody, SubscribedEvent } from './subscribe-dialog.ts'
import type { Watch, WatchSink } from './watch.ts'
import type { WatchedPresentity } from './watch-presence.ts'
import { watchSubscription, type Told, type WatchedSubscription } from './watched-subscription.ts'
import { readDocument } from './xml-reader.ts'

export type { Watcher, WatcherStatus }

const WATCHER_INFO_EVENT: SubscribedEvent = {
  package: 'presence.winfo',
  accept: WATCHERINFO_MEDIA_TYPE,
}

/** What is new of one subscription to oneself. */
export interface WatcherNotification {
  /** When it arrived. ISO 8601. */
  readonly time: string
  /** Names the subscription: one watcher may have several. */
  readonly id: string
  /** `sip:bob@example.com` */
  readonly watcher: string
  /** `waiting`: asked, was not answered, and has gone meanwhile. RFC 3857 §4.7.1. */
  readonly status: WatcherStatus
  /** What brought it there. */
  readonly event: WatcherEvent
}

export type WatcherWatch = Watch<WatcherNotification>

/** Subscriptions to oneself that are kept in mind; of those beyond, each state is news. */
const MOST_KNOWN = 10_000

export function watchWatchers(
  parts: WatchedPresentity,
  sink: WatchSink<WatcherNotification>,
): WatchedSubscription {
  /** What was told of each subscription, by its id. */
  const known = new Map<string, Watcher>()
  let version = -1

  function isNews(watcher: Watcher): boolean {
    const { id, status } = watcher
    if (known.get(id)?.status === status) return false
    if (status === 'terminated') return known.delete(id)
    if (known.size < MOST_KNOWN || known.has(id)) known.set(id, watcher)
    return true
  }

  function read(body: NotifyBody | undefined): Told<WatcherNotification> {
    const reading = body && readDocument(body.text, parseWatcherInfo)
    if (!reading || reading.error !== undefined) return { notifications: [] }
    const { state, lists, version: told } = reading.value
    // An older document than the last is discarded, after a gap everything is asked for. RFC 3858 §4
    if (state === 'partial' && told <= version) return { notifications: [] }
    const incomplete = state === 'partial' && told > version + 1
    version = told
    const watchers = lists
      .filter(({ eventPackage }) => eventPackage === 'presence')
      .flatMap((list) => list.watchers)
    const gone = state === 'full' ? absentOf(known, watchers) : []
    const time = new Date(parts.clock.now()).toISOString()
    const notifications = [...gone, ...watchers]
      .filter(isNews)
      .map(({ id, uri, status, event }) => ({ time, id, watcher: uri, status, event }))
    return { notifications, incomplete }
  }

  const what = 'the watchers cannot be watched'
  return watchSubscription<WatcherNotification>(
    { ...parts, event: WATCHER_INFO_EVENT, what, read: (_state, body) => read(body) },
    sink,
  )
}

/** Their ends were missed: whoever a full document does not name is there no more. RFC 3858 §4 */
function absentOf(known: ReadonlyMap<string, Watcher>, watchers: readonly Watcher[]): Watcher[] {
  const present = new Set(watchers.map(({ id }) => id))
  return [...known.values()]
    .filter(({ id }) => !present.has(id))
    .map((watcher) => ({ ...watcher, status: 'terminated', event: 'timeout' }))
}
