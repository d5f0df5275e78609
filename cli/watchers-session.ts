/** Asks the SIP server once who watches me. */
import type { ClientSettings } from './client-options.ts'
import { openPresenceSession } from './presence-session.ts'
import { watcherLines, watchersJson } from './watchers-text.ts'

/** Rejects when the server does not say it, or is silent. */
export async function listWatchers(settings: ClientSettings): Promise<void> {
  const { client, failed } = openPresenceSession(settings)
  try {
    const watchers = await Promise.race([client.fetchWatchers(), failed])
    const lines = settings.json ? [watchersJson(watchers)] : watcherLines(watchers)
    for (const line of lines) process.stdout.write(`${line}\n`)
  } finally {
    await client.close()
  }
}
