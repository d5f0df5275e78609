/** Event package `presence.winfo`, or of any other package: who subscribes to it. RFC 3857 §4. */
import { WATCHERINFO_MEDIA_TYPE } from '../../core/documents/watcherinfo.ts'
import type { Clock } from '../../core/model/clock.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import { unfiltered } from '../../core/model/permissions.ts'
import type { EventPackage, NumberedPackage } from '../event-package.ts'
import { createWatcherInfoView } from './watcher-info-view.ts'
import type { Watchers } from './watchers.ts'

interface WatcherInfoOptions {
  /** The package whose subscriptions are watched. */
  readonly parent: EventPackage
  /** Who may subscribe. */
  readonly openTo: 'watchers' | 'presentity'
  readonly watchers: Pick<Watchers, 'of' | 'follow' | 'known'>
  readonly clock: Clock
}

/** `presence.winfo`, and who subscribes to that: `presence.winfo.winfo`. Nothing deeper. §4.6 */
export function createWatcherInfoPackages(
  options: Omit<WatcherInfoOptions, 'openTo'>,
): readonly NumberedPackage[] {
  const watcherInfo = createWatcherInfoPackage({ ...options, openTo: 'watchers' })
  const aboutItself = { ...options, parent: watcherInfo, openTo: 'presentity' } as const
  return [watcherInfo, createWatcherInfoPackage(aboutItself)]
}

function createWatcherInfoPackage(options: WatcherInfoOptions): NumberedPackage {
  const { parent, openTo } = options
  return {
    name: `${parent.name}.winfo`,
    // §4.4
    defaultDuration: 3600,
    // §4.5
    contentType: WATCHERINFO_MEDIA_TYPE,
    authorize(presentity, watcher) {
      // Who learns of watchers is told to the presentity alone. §4.6
      if (openTo === 'presentity') return unfiltered(watcher === presentity.aor ? 'allow' : 'block')
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
