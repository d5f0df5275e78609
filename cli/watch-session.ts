/** Watches until Ctrl-C, and prints every NOTIFY. */
import type { PresenceClient } from '../client/presence-client.ts'
import type { PresenceNotification } from '../client/presence.ts'
import type { WatcherNotification } from '../client/watch-watchers.ts'
import type { Watch } from '../client/watch.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ClientSettings } from './client-options.ts'
import { complain } from './complain.ts'
import { createIconFolder } from './icon-folder.ts'
import { createNotificationPrinter, type NotificationPrinter } from './notification-printer.ts'
import { openPresenceSession } from './presence-session.ts'

interface Watched {
  readonly presentities: readonly Aor[]
  /** Who watches oneself, too. */
  readonly watchers: boolean
  /** Folder for icons. */
  readonly save: string | undefined
}

/** Exit code 1 when nobody can be watched any more. Rejects when the server never answered. */
export async function watchUntilStopped(settings: ClientSettings, watched: Watched): Promise<void> {
  const folder = watched.save === undefined ? undefined : await createIconFolder(watched.save)
  const printer = createNotificationPrinter({ json: settings.json, folder })
  const { client, stopped, failed } = openPresenceSession(settings)
  let leaving = false
  const isLeaving = () => leaving
  try {
    const allEnded = followAll(client, watched, { printer, isLeaving })
    if (await Promise.race([allEnded, stopped, failed])) process.exitCode = 1
  } finally {
    leaving = true
    await client.close()
  }
}

interface Showing {
  readonly printer: NotificationPrinter
  readonly isLeaving: () => boolean
}

/** Resolves when nothing is watched any more. */
function followAll(
  client: PresenceClient,
  { presentities, watchers }: Watched,
  { printer, isLeaving }: Showing,
): Promise<unknown> {
  const watches = presentities.map((presentity) =>
    follow(client.watch(presentity), printer.show, isLeaving),
  )
  if (watchers) watches.push(follow(client.watchWatchers(), printer.showWatcher, isLeaving))
  return Promise.all(watches)
}

/** Until the server refuses, or ends it for good; the others go on. */
async function follow<T extends PresenceNotification | WatcherNotification>(
  watch: Watch<T>,
  show: (notification: T) => Promise<void>,
  isLeaving: () => boolean,
): Promise<void> {
  let reason = 'ended'
  try {
    for await (const notification of watch) {
      if ('reason' in notification) reason = notification.reason
      await show(notification)
    }
    if (!isLeaving()) complain(`${watch.presentity} cannot be watched any more (${reason})`)
  } catch (error) {
    complain(error)
  }
}
