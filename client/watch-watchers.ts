/** Watches who watches oneself: the first document tells all, the others what changed. RFC 3857 §4, RFC 3858 §4. */
import {
  parseWatcherInfo,
  WATCHERINFO_MEDIA_TYPE,
  type Watcher,
  type WatcherEvent,
  type WatcherStatus,
} from '../core/documents/watcherinfo.ts'
import type { SubscribedEvent } from './subscribe-dialog.ts'
import { openWatch, type Told, type Watch, type WatchParts } from './watch.ts'
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
  /** `sip:bob@example.com` */
  readonly watcher: string
  /** `waiting`: asked, was not answered, and has gone meanwhile. RFC 3857 §4.7.1. */
  readonly status: WatcherStatus
  /** What brought it there. */
  readonly event: WatcherEvent
}

export type WatcherWatch = Watch<WatcherNotification>

export function watchWatchers(parts: WatchParts): WatcherWatch {
  /** What was told of each subscription, by its id. */
  const known = new Map<string, WatcherStatus>()
  let version = -1

  function isNews({ id, status }: Watcher): boolean {
    if (known.get(id) === status) return false
    if (status === 'terminated') return known.delete(id)
    known.set(id, status)
    return true
  }

  return openWatch<WatcherNotification>(parts, {
    event: WATCHER_INFO_EVENT,
    what: 'the watchers cannot be watched',
    read(_state, body): Told<WatcherNotification> {
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
      if (state === 'full') forgetAbsent(known, watchers)
      const time = new Date(parts.clock.now()).toISOString()
      const notifications = watchers
        .filter(isNews)
        .map(({ uri, status, event }) => ({ time, watcher: uri, status, event }))
      return { notifications, incomplete }
    },
  })
}

function forgetAbsent(known: Map<string, WatcherStatus>, watchers: readonly Watcher[]): void {
  const present = new Set(watchers.map(({ id }) => id))
  for (const id of known.keys()) if (!present.has(id)) known.delete(id)
}
