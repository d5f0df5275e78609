/** Prints notifications in the order in which they came, each with what its icon's URL gives. */
import { createIconCache, type FetchedIcon } from '../client/icon-cache.ts'
import type { PresenceNotification } from '../client/presence.ts'
import { complain } from './complain.ts'
import type { IconFolder } from './icon-folder.ts'
import type { WatcherNotification } from '../client/watch-watchers.ts'
import { presenceJson, presenceLines } from './presence-text.ts'
import { watcherLine } from './watchers-text.ts'

export interface NotificationPrinter {
  /** Resolves when the line is written. Never rejects. */
  readonly show: (notification: PresenceNotification) => Promise<void>
  readonly showWatcher: (notification: WatcherNotification) => Promise<void>
}

export function createNotificationPrinter({
  json,
  folder,
}: {
  json: boolean
  /** Where icons are saved. */
  folder: IconFolder | undefined
}): NotificationPrinter {
  const icons = createIconCache()
  let printed = Promise.resolve()

  async function print(
    notification: PresenceNotification,
    icon: FetchedIcon | undefined,
  ): Promise<void> {
    const saved = icon && (await folder?.save(notification.presentity, icon).catch(complain))
    const text = json ? presenceJson(notification, icon) : presenceLines(notification, icon, saved)
    process.stdout.write(`${text}\n`)
  }

  return {
    show(notification) {
      const { icon } = notification
      // Fetched at once, but the line waits for its turn.
      const fetching = icon ? icons.get(icon.url) : undefined
      printed = Promise.all([fetching, printed]).then(([fetched]) => print(notification, fetched))
      return printed
    },
    showWatcher(notification) {
      printed = printed.then(() => {
        const text = json ? JSON.stringify(notification) : watcherLine(notification)
        process.stdout.write(`${text}\n`)
      })
      return printed
    },
  }
}
