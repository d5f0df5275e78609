/** Sweeps sessions that are over out of the store, at the start and every hour. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { SessionStore } from '../core/model/stores.ts'

const HOUR = 3_600_000

/** Gives what stops it. */
export function sweepSessions({
  sessions,
  clock,
  log,
}: {
  sessions: Pick<SessionStore, 'sweep'>
  clock: Clock
  log: Log
}): () => void {
  let stopped = false
  let cancel = () => {}
  const sweep = () => {
    sessions
      .sweep()
      .catch((error: unknown) => {
        if (!stopped) log.warn({ err: error }, 'sessions that are over could not be swept')
      })
      .finally(() => {
        if (!stopped) cancel = clock.after(HOUR, sweep)
      })
  }
  sweep()
  return () => {
    stopped = true
    cancel()
  }
}
