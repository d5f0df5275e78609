/** A fault of ours in one request must not end the service for everybody. */
import type { Log } from '../core/model/log.ts'

export function surviveFaults(log: Log): void {
  const report = (fault: unknown) => {
    log.error({ error: fault instanceof Error ? fault.stack : String(fault) }, 'unexpected fault')
  }
  process.on('unhandledRejection', report)
  process.on('uncaughtException', report)
  // A log that nobody reads any more is no reason to end.
  process.stderr.on('error', () => undefined)
}
