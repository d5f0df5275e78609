/**
 * Recovery of a Level database after a write that failed.
 * LevelDB's log may then end in half a record, and what is appended to it would be lost at the next start: nothing more
 * is written before the database was closed and opened again. Until there is room for that, it stays open for reading.
 */
import type { Level } from 'level'
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import { StoreUnavailable } from '../model/store-unavailable.ts'
import { isDiskFull, roomToReopen } from './disk-room.ts'

export interface LevelRecovery {
  /** Resolves when the database can be read. */
  readonly whenOpen: () => Promise<void>
  /** Resolves when the database can be written; rejects with StoreUnavailable. */
  readonly whenWritable: () => Promise<void>
  /** Why the database cannot be used. */
  readonly reason: () => StoreUnavailable
  /** Stops all writing until the database is recovered. */
  readonly noteWriteError: (error: unknown) => StoreUnavailable
  readonly close: () => Promise<void>
}

/** Milliseconds between two attempts. */
const RETRY_AFTER = 1_000

export function createLevelRecovery(
  level: Level<string, Buffer>,
  {
    folder,
    clock,
    log,
    onReopened,
  }: {
    readonly folder: string
    readonly clock: Clock
    readonly log: Log
    readonly onReopened?: () => void
  },
): LevelRecovery {
  let failed: StoreUnavailable | undefined
  let reopening: Promise<void> | undefined
  let retryAt = 0
  let closed = false

  const reason = () =>
    closed || !failed ? new StoreUnavailable('closed', `${folder} is closed`) : failed

  function noteWriteError(error: unknown): StoreUnavailable {
    if (!failed) log.error({ err: error, folder }, 'writing to the store failed')
    failed = writeError(folder, error)
    return failed
  }

  async function reopen(): Promise<void> {
    if (level.status === 'open' && !(await roomToReopen(folder))) throw reason()
    try {
      await level.close()
      await level.open()
    } catch (error) {
      throw noteWriteError(error)
    }
    failed = undefined
    log.warn({ folder }, 'the store was reopened after a failed write')
    onReopened?.()
  }

  function recover(): Promise<void> {
    if (reopening) return reopening
    if (closed || clock.now() < retryAt) return Promise.reject(reason())
    retryAt = clock.now() + RETRY_AFTER
    reopening = reopen().finally(() => {
      reopening = undefined
    })
    return reopening
  }

  return {
    reason,
    noteWriteError,
    whenOpen: () => (level.status === 'open' ? Promise.resolve() : recover()),
    whenWritable: () => ((failed ?? closed) ? recover() : Promise.resolve()),
    async close() {
      closed = true
      await reopening?.catch(() => undefined)
      await level.close()
    },
  }
}

function writeError(folder: string, error: unknown): StoreUnavailable {
  return isDiskFull(error)
    ? new StoreUnavailable('full', `there is no room left for ${folder}`, error)
    : new StoreUnavailable('failed', `writing to ${folder} failed`, error)
}
