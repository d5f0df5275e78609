/** Watcher info view: the full list first, then the watchers that changed since the last document. RFC 3857 §4.7.2, RFC 3858 §4. */
import { serializeWatcherInfo, type Watcher } from '../../core/documents/watcherinfo.ts'
import type { Clock } from '../../core/model/clock.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { NumberedDocument, SubscriptionView } from '../subscription-view.ts'
import type { Watched } from './watched.ts'
import type { WatcherReport } from './watcher-report.ts'
import type { Watchers } from './watchers.ts'

interface ViewOptions {
  readonly watched: Watched
  readonly watchers: Pick<Watchers, 'of' | 'follow' | 'known'>
  /** Whether the subscriber may know of this watcher. */
  readonly mayKnow: (watcher: string | undefined) => boolean
  readonly clock: Clock
}

interface Unsaid {
  readonly report: WatcherReport
  /** No document has named it yet. */
  readonly isNew: boolean
}

export function createWatcherInfoView(options: ViewOptions): SubscriptionView {
  const { watched, watchers, mayKnow, clock } = options
  const { unsaid, note } = createUnsaid()
  let whole = true
  let unfollow = () => {}

  function document(version: number): NumberedDocument | undefined {
    const state = whole ? 'full' : 'partial'
    if (whole) {
      unsaid.clear()
      for (const report of watchers.of(watched)) if (mayKnow(report.watcher)) note(report, true)
      whole = false
    } else if (unsaid.size === 0) return undefined
    const list = takeWatchers(unsaid, clock.now())
    const lists = [{ ...resourceOf(watched), watchers: list, extensions: [] }]
    const text = serializeWatcherInfo({ version, state, lists, extensions: [] })
    return { text, more: unsaid.size > 0 }
  }

  return {
    open(wake) {
      unfollow = watchers.follow(watched, (report, isNew) => {
        if (!mayKnow(report.watcher)) return
        const isQuiet = unsaid.size === 0
        // Before the full list nothing else needs to be noted.
        if (!whole) note(report, isNew)
        if (isQuiet) wake()
      })
    },
    close() {
      unfollow()
    },
    restate() {
      whole = true
    },
    next: (version) =>
      whenReady(whole ? watchers.known(watched) : undefined, () => document(version)),
  }
}

/** By id; never more than there are watchers now, and those of the last document. */
function createUnsaid() {
  const unsaid = new Map<string, Unsaid>()
  return {
    unsaid,
    note: (report: WatcherReport, isNew: boolean): void => {
      const { id, status } = report
      const before = unsaid.get(id)
      // What has come and gone between two documents is transient: nobody hears of it. RFC 3857 §4.7.2
      if (before?.isNew && status === 'terminated') unsaid.delete(id)
      else unsaid.set(id, { report, isNew: before?.isNew ?? isNew })
    },
  }
}

function resourceOf({ presentity, eventPackage }: Watched) {
  return { resource: presentity, eventPackage }
}

/** With the head of a NOTIFY a document must fit into a datagram, in octets: the rest follows in the next. */
const LONGEST_LIST = 50_000
/** Of the markup and the other attributes of one watcher. */
const MARKUP = 140

function takeWatchers(unsaid: Map<string, Unsaid>, now: number): Watcher[] {
  const list: Watcher[] = []
  let octets = 0
  for (const [id, { report }] of unsaid) {
    const watcher = watcherOf(report, now)
    octets += MARKUP + watcher.uri.replaceAll('&', '&amp;').length
    if (octets > LONGEST_LIST) break
    list.push(watcher)
    unsaid.delete(id)
  }
  return list
}

/** RFC 3323 §4.1.1.3. */
const ANONYMOUS = 'sip:anonymous@anonymous.invalid'

function watcherOf(report: WatcherReport, now: number): Watcher {
  const { id, watcher = ANONYMOUS, status, event, subscribedAt, expiresAt } = report
  const seconds = (milliseconds: number) => Math.max(0, Math.round(milliseconds / 1000))
  return {
    ...{ id, uri: watcher, status, event },
    ...(expiresAt === undefined ? {} : { expiration: seconds(expiresAt - now) }),
    ...(subscribedAt === undefined ? {} : { durationSubscribed: seconds(now - subscribedAt) }),
  }
}
