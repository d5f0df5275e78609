/** Directory schedule: a running service syncs with its directory from time to time, as the command does. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { askRunningService } from '../administration/running-service.ts'
import type { Closers } from '../closers.ts'
import type { Configuration } from '../configuration.ts'
import { configuredDirectory } from './configured-directory.ts'
import { syncDirectory, type SyncReport } from './directory-sync.ts'

interface ScheduleParts {
  readonly configuration: Pick<Configuration, 'data' | 'directory'>
  readonly clock: Clock
  readonly log: Log
}

/** The first one is `directory.every` after the start. */
export function openDirectorySchedule(parts: ScheduleParts, closers: Closers): void {
  const { configuration, clock, log } = parts
  const { every } = configuration.directory
  if (every === undefined) return
  let cancel = () => undefined as unknown
  const wait = () => {
    cancel = clock.after(1000 * every, () => {
      syncNow(parts)
        .then((report) => {
          tell(report, log)
        })
        .catch((error: unknown) => {
          log.error({ problem: (error as Error).message }, 'the directory sync failed')
        })
        // However long one takes, there is one at a time.
        .finally(wait)
    })
  }
  wait()
  closers.add('the directory sync', () => {
    cancel()
  })
}

async function syncNow({ configuration }: ScheduleParts): Promise<SyncReport> {
  const { data, directory } = configuration
  // By the socket, as everybody else: what is changed is in the audit log.
  const ask = await askRunningService(data)
  const source = await configuredDirectory(directory)
  if (!ask || !source) throw new Error('there is nobody to ask')
  const { prepareImage } = await import('../../client/node/image-resizing.ts')
  const policy = { lock: directory.lock, names: directory.names }
  const how = { dryRun: false, force: false, onProgress: () => undefined }
  return syncDirectory({ ask, source, policy, prepare: prepareImage, ...how })
}

function tell({ refused, ...counts }: SyncReport, log: Log): void {
  const fields = { ...counts, refused: refused.length }
  if (counts.withheld === 0) log.info(fields, 'synced with the directory')
  else log.warn(fields, 'the directory lacks so many people that none was removed')
}
