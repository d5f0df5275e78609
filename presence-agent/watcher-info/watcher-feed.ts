/** Watcher feed: tells whoever follows a presentity's watchers of every change of their state. RFC 3857 §4.7.2. */
import { watchedKey, type Watched } from './watched.ts'
import type { WatcherReport } from './watcher-report.ts'

/** `isNew`: nothing was reported of this subscription before. */
type WatcherListener = (report: WatcherReport, isNew: boolean) => void

export interface WatcherFeed {
  /** Gives what ends it. */
  follow(watched: Watched, listener: WatcherListener): () => void
  /** `report` is asked for only where somebody follows. */
  announce(watched: Watched, report: () => WatcherReport, isNew?: boolean): void
}

export function createWatcherFeed(): WatcherFeed {
  const listeners = new Map<string, Set<WatcherListener>>()
  return {
    follow(watched, listener) {
      const key = watchedKey(watched)
      const all = listeners.get(key) ?? new Set<WatcherListener>()
      listeners.set(key, all.add(listener))
      return () => {
        all.delete(listener)
        if (all.size === 0 && listeners.get(key) === all) listeners.delete(key)
      }
    },
    announce(watched, report, isNew = false) {
      if (listeners.size === 0) return
      const all = listeners.get(watchedKey(watched))
      if (!all) return
      const said = report()
      for (const listener of all) listener(said, isNew)
    },
  }
}
