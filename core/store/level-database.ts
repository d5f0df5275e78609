/** One Level database: reads that are at hand, atomic batches, and a way back after the disk was full. */
import { Level } from 'level'
import { mkdir } from 'node:fs/promises'
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import { rejectInstead, type MaybePromise } from '../model/maybe-promise.ts'
import { CompactionRefused } from '../model/person-store.ts'
import { compactLevel } from './level-compaction.ts'
import { createSnapshots, type DatabaseSnapshot, type Snapshots } from './database-snapshots.ts'
import { createLevelRecovery, type LevelRecovery } from './level-recovery.ts'
import type { KeyRange } from './record-key.ts'
import { RecordUnreadable } from './record-unreadable.ts'

export type WriteOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: string }

export interface LevelDatabase {
  /** Rejects with RecordUnreadable or StoreUnavailable. */
  readonly read: (key: string) => MaybePromise<Buffer | undefined>
  /** Throws StoreUnavailable while the database is being reopened, and RecordUnreadable. */
  readonly readNow: (key: string) => Buffer | undefined
  /** Resolves when `readNow` will answer. */
  readonly ready: () => Promise<void>
  /** One batch: all of it or nothing. One at a time. */
  readonly write: (operations: readonly WriteOperation[]) => Promise<void>
  readonly entries: (range: KeyRange) => AsyncIterable<readonly [key: string, value: Buffer]>
  /** What the database holds now; costs it something until it is closed. Throws StoreUnavailable. */
  readonly snapshot: () => DatabaseSnapshot
  readonly hasAny: (range: KeyRange) => Promise<boolean>
  /** Writes all files anew, without what was removed. Rejects with CompactionRefused while there is a snapshot. */
  readonly compact: () => Promise<void>
  /** Calls `forget` when the database was closed and opened again: what is cached of it may be wrong. */
  readonly onReopened: (forget: () => void) => void
  readonly close: () => Promise<void>
}

export interface LevelDatabaseOptions {
  readonly folder: string
  /** Whether a batch is on the disk, and not only with the operating system, when it resolves. */
  readonly sync: boolean
  readonly clock: Clock
  readonly log: Log
  readonly writeBufferBytes?: number
  readonly compression?: boolean
}

const MEBIBYTE = 1024 * 1024

/** Throws an Error that says so when another process has the database open. */
export async function openLevelDatabase(options: LevelDatabaseOptions): Promise<LevelDatabase> {
  const { folder, sync } = options
  const level = await openLevel(options)
  const recovery = createLevelRecovery(level, options)
  const snapshots = createSnapshots(level, folder)

  const readNow = readerOf(level, recovery, folder)

  return {
    readNow,
    ready: recovery.whenOpen,
    read: (key) =>
      level.status === 'open'
        ? rejectInstead(() => readNow(key))
        : recovery.whenOpen().then(() => readNow(key)),
    async write(operations) {
      await recovery.whenWritable()
      await writeBatch(level, operations, sync).catch((error: unknown) => {
        throw recovery.noteWriteError(error)
      })
    },
    async *entries(range) {
      await recovery.whenOpen()
      yield* level.iterator(range)
    },
    snapshot() {
      if (level.status !== 'open') throw recovery.reason()
      return snapshots.open()
    },
    compact: () => compact(level, { ...recovery, snapshots, folder }),
    async hasAny(range) {
      await recovery.whenOpen()
      return (await level.keys({ ...range, limit: 1 }).all()).length > 0
    },
    onReopened: recovery.onReopened,
    close: recovery.close,
  }
}

function readerOf(
  level: Level<string, Buffer>,
  recovery: Pick<LevelRecovery, 'reason'>,
  folder: string,
): LevelDatabase['readNow'] {
  return (key) => {
    if (level.status !== 'open') throw recovery.reason()
    try {
      return level.getSync(key)
    } catch (error) {
      throw new RecordUnreadable(key, `${folder}: ${String(error)}`)
    }
  }
}

async function compact(
  level: Level<string, Buffer>,
  {
    whenWritable,
    reopenNow,
    snapshots,
    folder,
  }: Pick<LevelRecovery, 'whenWritable' | 'reopenNow'> & { snapshots: Snapshots; folder: string },
): Promise<void> {
  await whenWritable()
  if (snapshots.isAny()) throw new CompactionRefused(`${folder} is being read as it was`)
  await compactLevel(level, { folder, reopen: reopenNow })
}

/** As a chained batch, which takes half the time of an array of operations. */
async function writeBatch(
  level: Level<string, Buffer>,
  operations: readonly WriteOperation[],
  sync: boolean,
): Promise<void> {
  const batch = level.batch()
  for (const operation of operations) {
    if (operation.type === 'put') batch.put(operation.key, operation.value)
    else batch.del(operation.key)
  }
  await batch.write({ sync })
}

async function openLevel(options: LevelDatabaseOptions): Promise<Level<string, Buffer>> {
  try {
    // It holds password hashes: private even where others may enter the folder around it.
    // Made first: a Level begins to open by itself, and would make it as anybody's.
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    const level = levelIn(options)
    await level.open()
    return level
  } catch (error) {
    throw openingError(options.folder, error)
  }
}

function levelIn(options: LevelDatabaseOptions): Level<string, Buffer> {
  return new Level<string, Buffer>(options.folder, {
    keyEncoding: 'utf8',
    valueEncoding: 'buffer',
    cacheSize: 16 * MEBIBYTE,
    compression: options.compression ?? true,
    writeBufferSize: options.writeBufferBytes ?? 4 * MEBIBYTE,
    // A million accounts with icons stay within LevelDB's thousand open files.
    maxFileSize: 8 * MEBIBYTE,
  })
}

function openingError(folder: string, error: unknown): Error {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') {
    return new Error(`the store in ${folder} is in use by another process`)
  }
  const detail = cause instanceof Error ? cause.message : String(error)
  return new Error(`the store in ${folder} cannot be opened: ${detail}`, { cause: error })
}
