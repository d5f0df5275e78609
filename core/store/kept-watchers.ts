/** Kept watchers: the subscriptions of an embedded store go on in the one that takes its place, and are told everything anew. */
import { join } from 'node:path'
import type { Clock } from '../model/clock.ts'
import type { EventStateWrite } from '../model/event-state.ts'
import type { Log } from '../model/log.ts'
import { setCrashMark } from './crash-mark.ts'
import { openEventStateStore } from './event-state-store.ts'

const AT_ONCE = 500

/** `from`, `to`: folders of stores that nobody has open. */
export async function keepWatchers({
  from,
  to,
  clock,
  log,
}: {
  readonly from: string
  readonly to: string
  readonly clock: Clock
  readonly log: Log
}): Promise<void> {
  const open = (folder: string) =>
    openEventStateStore({ folder: join(folder, 'event-state'), clock, log })
  const present = await open(from)
  try {
    const next = await open(to)
    try {
      let writes: EventStateWrite[] = []
      for await (const record of present.eventState.subscriptions()) {
        writes.push({ put: 'subscription', record })
        if (writes.length < AT_ONCE) continue
        await next.eventState.write(writes)
        writes = []
      }
      await next.eventState.write(writes)
    } finally {
      await next.close()
    }
  } finally {
    await present.close()
  }
  // Whoever opens a store that was not closed tells every watcher what there is.
  await setCrashMark(to)
}
