/** Publishes until Ctrl-C, and says on the terminal what it did. */
import type { PublishedPresence } from '../client/presence-document.ts'
import type { PresenceClient } from '../client/presence-client.ts'
import type { ClientSettings } from './client-options.ts'
import { openPresenceSession } from './presence-session.ts'

const PATIENCE_ON_REMOVAL_MS = 2000

/** Rejects when the server refuses. */
export async function publishUntilStopped(
  settings: ClientSettings,
  presence: PublishedPresence,
): Promise<void> {
  const { client, stopped, failed } = openPresenceSession(settings)
  try {
    const published = client.publish(presence).then(() => true)
    if (!(await Promise.race([published, stopped, failed]))) return
    print(settings, 'published', presence)
    await Promise.race([stopped, failed])
    if (await isRemoved(client)) print(settings, 'removed', presence)
    else process.stderr.write('The server did not take the removal; the publication expires.\n')
  } finally {
    await client.close()
  }
}

function isRemoved(client: PresenceClient): Promise<boolean> {
  const tooLate = new Promise<false>((resolve) => {
    setTimeout(resolve, PATIENCE_ON_REMOVAL_MS, false).unref()
  })
  const removed = client.unpublish().then(
    () => true,
    () => false,
  )
  return Promise.race([removed, tooLate])
}

function print(
  { aor, json }: ClientSettings,
  publication: string,
  { basic = 'open', activities = [], note, icon }: PublishedPresence,
): void {
  const told = { basic, activities, note: note ?? null, icon: icon ?? null }
  const time = new Date().toISOString()
  if (json) {
    process.stdout.write(`${JSON.stringify({ time, presentity: aor, publication, ...told })}\n`)
    return
  }
  if (publication === 'removed') {
    process.stdout.write(`Removed the presence of ${aor}\n`)
    return
  }
  const words = [basic, ...activities]
  if (note !== undefined) words.push(`"${note}"`)
  if (icon !== undefined) words.push(`icon ${icon}`)
  process.stdout.write(`Published ${aor}: ${words.join(', ')} (Ctrl-C removes it)\n`)
}
