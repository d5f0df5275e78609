/** Backup of a running service: its store as a tar, for who asks on the administration's socket. */
import type { RequestListener } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { SnapshotStore } from '../../core/model/store-snapshot.ts'
import { writeBackup } from './backup-writer.ts'

export const BACKUP_PATH = '/backup'

/** Each holds a snapshot, and with it images that nobody wants any more. */
const MOST_AT_ONCE = 2

interface BackupListenerParts {
  readonly snapshot: SnapshotStore['snapshot']
  readonly clock: Clock
  readonly log: Log
}

export function createBackupListener({
  snapshot,
  clock,
  log,
}: BackupListenerParts): RequestListener {
  let underWay = 0
  return (request, response) => {
    if (underWay >= MOST_AT_ONCE) {
      response.writeHead(503).end('two backups are being made already\n')
      return
    }
    underWay++
    snapshot()
      .then((opened) => {
        response.writeHead(200, { 'content-type': 'application/x-tar' })
        return pipeline(writeBackup(opened, clock.now()), response)
      })
      .then(
        () => {
          log.info({}, 'a backup of the store was made')
        },
        (error: unknown) => {
          log.warn({ err: error }, 'a backup of the store was not finished')
          // Whoever reads it misses its end.
          response.destroy()
        },
      )
      .finally(() => underWay--)
    request.resume()
  }
}
