/** Watches until Ctrl-C, and prints every NOTIFY in the order in which they came. */
import { createIconCache, type FetchedIcon } from '../client/icon-cache.ts'
import type { PresenceNotification } from '../client/presence.ts'
import type { PresenceWatch } from '../client/presence-watch.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ClientSettings } from './client-options.ts'
import { openPresenceSession } from './presence-session.ts'
import { presenceJson, presenceLines } from './presence-text.ts'
import { createIconFolder } from './icon-folder.ts'

/** Rejects when nobody can be watched. */
export async function watchUntilStopped(
  settings: ClientSettings,
  presentities: readonly Aor[],
  saveIn: string | undefined,
): Promise<void> {
  const folder = saveIn === undefined ? undefined : await createIconFolder(saveIn)
  const { client, stopped, failed } = openPresenceSession(settings)
  const icons = createIconCache()
  let printed = Promise.resolve()
  let leaving = false

  /** The icon is fetched at once; the line waits for it, and later lines for this one. */
  async function show(notification: PresenceNotification): Promise<void> {
    const { icon } = notification
    const fetching = icon ? icons.get(icon.url) : Promise.resolve(undefined)
    const previous = printed
    const line = Promise.all([fetching, previous]).then(([fetched]) => print(notification, fetched))
    printed = line.catch(() => undefined)
    await line
  }

  async function print(
    notification: PresenceNotification,
    icon: FetchedIcon | undefined,
  ): Promise<void> {
    const saved = icon && (await folder?.save(notification.presentity, icon).catch(complain))
    const text = settings.json
      ? presenceJson(notification, icon)
      : presenceLines(notification, icon, saved)
    process.stdout.write(`${text}\n`)
  }

  /** Until the server refuses, or ends it for good; the others go on. */
  async function follow(watch: PresenceWatch): Promise<void> {
    let reason = 'ended'
    try {
      for await (const notification of watch) {
        reason = notification.reason ?? reason
        await show(notification)
      }
      if (!leaving)
        complain(new Error(`${watch.presentity} cannot be watched any more (${reason})`))
    } catch (error) {
      complain(error)
    }
  }

  try {
    const watches = presentities.map((presentity) => client.watch(presentity))
    const allEnded = Promise.all(watches.map(follow))
    if (await Promise.race([allEnded, stopped, failed])) process.exitCode = 1
    await printed
  } finally {
    leaving = true
    await client.close()
  }
}

function complain(error: unknown): undefined {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`)
}
