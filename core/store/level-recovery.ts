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
  readonly onReopened: (listener: () => void) => void
  /** Closes a database that works and opens it again; whoever waits for it, waits. */
  readonly reopenNow: () => Promise<void>
  readonly close: () => Promise<void>
}

interface Place {
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds between two attempts. */
const RETRY_AFTER = 1_000

export function createLevelRecovery(level: Level<string, Buffer>, place: Place): LevelRecovery {
  const { folder, clock } = place
  const listeners: (() => void)[] = []
  let failed: StoreUnavailable | undefined
  let reopening: Promise<void> | undefined
  let retryAt = 0
  let closed = false

  const reason = () =>
    closed || !failed ? new StoreUnavailable('closed', `${folder} is closed`) : failed

  async function reopen(work: typeof reopenLevel): Promise<void> {
    failed = await work(level, place, reason())
    if (failed) throw failed
    for (const listener of listeners) listener()
  }

  function recover(): Promise<void> {
    if (reopening) return reopening
    if (closed || clock.now() < retryAt) return Promise.reject(reason())
    retryAt = clock.now() + RETRY_AFTER
    reopening = reopen(reopenLevel).finally(() => (reopening = undefined))
    return reopening
  }

  return {
    reason,
    noteWriteError: (error) => (failed = writeError(place, error)),
    whenOpen: () => (level.status === 'open' ? Promise.resolve() : recover()),
    whenWritable: () => (failed || closed || reopening ? recover() : Promise.resolve()),
    onReopened: (listener) => void listeners.push(listener),
    async reopenNow() {
      await reopening
      reopening = reopen(closeAndOpen).finally(() => (reopening = undefined))
      await reopening
    },
    async close() {
      closed = true
      await reopening?.catch(() => undefined)
      await level.close()
    },
  }
}

/** What still stands in the way; undefined: the database works again. */
async function reopenLevel(
  level: Level<string, Buffer>,
  place: Place,
  reason: StoreUnavailable,
): Promise<StoreUnavailable | undefined> {
  if (level.status === 'open' && !(await hasRoom(place))) return reason
  const trouble = await closeAndOpen(level, place)
  if (!trouble) {
    place.log.warn({ folder: place.folder }, 'the store was reopened after a failed write')
  }
  return trouble
}

/** Nobody knows: then it has none. */
const hasRoom = ({ folder }: Place) => roomToReopen(folder).catch(() => false)

async function closeAndOpen(
  level: Level<string, Buffer>,
  place: Place,
): Promise<StoreUnavailable | undefined> {
  try {
    await level.close()
    await level.open()
    return undefined
  } catch (error) {
    return writeError(place, error)
  }
}

function writeError({ folder, log }: Place, error: unknown): StoreUnavailable {
  log.error({ err: error, folder }, 'writing to the store failed')
  return isDiskFull(error)
    ? new StoreUnavailable('full', `there is no room left for ${folder}`, error)
    : new StoreUnavailable('failed', `writing to ${folder} failed`, error)
}
