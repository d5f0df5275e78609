/** Check of the embedded store: of one that nobody has open, and its repair; or of one that is open, as it was at one time. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../model/clock.ts'
import type { Log } from '../../model/log.ts'
import type { StoreProblem } from '../../model/store-problem.ts'
import { openBlobFiles, type BlobFiles } from '../blob-files.ts'
import type { DatabaseSnapshot } from '../database-snapshots.ts'
import { openLevelDatabase, type LevelDatabase } from '../level-database.ts'
import { checkDurable } from './durable-check.ts'
import { checkEventState } from './event-state-check.ts'
import { createLostRecords, type LostRecords } from './lost-records.ts'
import type { RecordCheck } from './record-check.ts'

interface Place {
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

type Told = Pick<RecordCheck, 'found' | 'progress'>

interface ClosedCheck extends Place {
  readonly repair: boolean
  /** Told of every record that was looked at. */
  readonly progress: (what: string) => void
}

/** For a store that nobody has open. Rejects with an Error for the operator when it cannot be opened. */
export async function checkLevelStore(check: ClosedCheck): Promise<readonly StoreProblem[]> {
  const { folder, repair, clock, progress } = check
  const problems: StoreProblem[] = []
  const found: RecordCheck['found'] = (what, where) => {
    problems.push({ what, where: inPrint(where), isRepaired: repair })
  }
  const lost = repair ? createLostRecords(folder, String(clock.now())) : undefined
  const told = { found, progress, lost }
  await withDatabase({ ...check, folder: join(folder, 'documents') }, (database) =>
    checkClosed(check, { ...told, database }),
  )
  await withDatabase(
    { ...check, folder: join(folder, 'event-state'), compression: false },
    (database) => checkEventState({ ...readable(database, lost), ...told }),
  )
  return problems
}

interface OpenStore {
  readonly durable: DatabaseSnapshot
  readonly soft: DatabaseSnapshot
  readonly files: BlobFiles
}

/** The keys' parts are divided by it. */
const inPrint = (where: string) => where.replaceAll('\0', ' ')

/**
 * For a store in use, as it was when the snapshots were taken; images that they refer to must be kept. Nothing is repaired,
 * and images that nobody refers to are not looked for: they may be about to be referred to.
 */
export async function checkOpenStore(
  { durable, soft, files, ...place }: OpenStore & Place,
  { problem, progress }: { problem: (found: StoreProblem) => void } & Pick<Told, 'progress'>,
): Promise<void> {
  const found: RecordCheck['found'] = (what, where) => {
    problem({ what, where: inPrint(where), isRepaired: false })
  }
  await withScratch(place, (scratch) =>
    checkDurable({ database: durable, files, scratch, found, progress }),
  )
  await checkEventState({ database: soft, found, progress })
}

async function checkClosed(
  place: Place,
  { database, lost, ...told }: Told & { database: LevelDatabase; lost: LostRecords | undefined },
): Promise<void> {
  const blobs = join(place.folder, 'blobs')
  const files = await openBlobFiles(blobs)
  await withScratch(place, (scratch) =>
    checkDurable({
      ...{ ...told, files, scratch, ...readable(database, lost) },
      orphanBlob: async (hash) =>
        lost?.keepFile(`blob ${hash}`, join(blobs, hash.slice(0, 2), hash)),
    }),
  )
}

function readable(
  { entries, read, write }: LevelDatabase,
  lost: LostRecords | undefined,
): Pick<RecordCheck, 'database' | 'repair'> {
  return {
    database: { entries, read: async (key) => read(key) },
    repair: lost && { write, lost },
  }
}

const SCRATCH = 'check.unfinished'

/** What a check that was killed left there: it names people. */
export const removeScratch = (folder: string) =>
  rm(join(folder, SCRATCH), { recursive: true, force: true })

async function withScratch(
  { folder, ...place }: Place,
  action: (scratch: LevelDatabase) => Promise<void>,
): Promise<void> {
  await removeScratch(folder)
  try {
    await withDatabase({ ...place, folder: join(folder, SCRATCH), sync: false }, action)
  } finally {
    await removeScratch(folder)
  }
}

async function withDatabase(
  options: Place & { readonly sync?: boolean; readonly compression?: boolean },
  action: (database: LevelDatabase) => Promise<void>,
): Promise<void> {
  const database = await openLevelDatabase({ sync: true, ...options })
  try {
    await action(database)
  } finally {
    await database.close()
  }
}
