/** Watches until Ctrl-C, and prints every NOTIFY. */
import type { PresenceWatch } from '../client/presence-watch.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ClientSettings } from './client-options.ts'
import { complain } from './complain.ts'
import { createIconFolder } from './icon-folder.ts'
import { createNotificationPrinter } from './notification-printer.ts'
import { openPresenceSession } from './presence-session.ts'

/** Exit code 1 when nobody can be watched any more. Rejects when the server never answered. */
export async function watchUntilStopped(
  settings: ClientSettings,
  presentities: readonly Aor[],
  saveIn: string | undefined,
): Promise<void> {
  const folder = saveIn === undefined ? undefined : await createIconFolder(saveIn)
  const printer = createNotificationPrinter({ json: settings.json, folder })
  const { client, stopped, failed } = openPresenceSession(settings)
  let leaving = false

  /** Until the server refuses, or ends it for good; the others go on. */
  async function follow(watch: PresenceWatch): Promise<void> {
    let reason = 'ended'
    try {
      for await (const notification of watch) {
        reason = notification.reason ?? reason
        await printer.show(notification)
      }
      if (!leaving) complain(`${watch.presentity} cannot be watched any more (${reason})`)
    } catch (error) {
      complain(error)
    }
  }

  try {
    const watches = presentities.map((presentity) => client.watch(presentity))
    const allEnded = Promise.all(watches.map(follow))
    if (await Promise.race([allEnded, stopped, failed])) process.exitCode = 1
  } finally {
    leaving = true
    await client.close()
  }
}
