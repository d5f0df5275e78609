/** Event package `presence.winfo`, or of any other package: who subscribes to it. RFC 3857 §4. */
import { WATCHERINFO_MEDIA_TYPE } from '../core/documents/watcherinfo.ts'
import type { Clock } from '../core/model/clock.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import { unfiltered } from '../core/model/permissions.ts'
import type { EventPackage, NumberedPackage } from './event-package.ts'
import { createWatcherInfoView } from './watcher-info-view.ts'
import type { Watchers } from './watchers.ts'

interface WatcherInfoOptions {
  /** The package whose subscriptions are watched. */
  readonly parent: EventPackage
  readonly watchers: Pick<Watchers, 'of' | 'follow'>
  readonly clock: Clock
}

export function createWatcherInfoPackage(options: WatcherInfoOptions): NumberedPackage {
  const { parent } = options
  return {
    name: `${parent.name}.winfo`,
    // §4.4
    defaultDuration: 3600,
    // §4.5
    contentType: WATCHERINFO_MEDIA_TYPE,
    authorize(presentity, watcher) {
      // Whoever may watch a presentity may learn how that stands, and nothing of others. §4.6
      return whenReady(parent.authorize(presentity, watcher), ({ handling }) =>
        unfiltered(handling === 'allow' || handling === 'polite-block' ? 'allow' : 'block'),
      )
    },
    view({ presentity, watcher }) {
      const watched = { eventPackage: parent.name, presentity }
      const mayKnow = (other: string | undefined) =>
        watcher === presentity || (watcher !== undefined && watcher === other)
      return createWatcherInfoView({ ...options, watched, mayKnow })
    },
  }
}
