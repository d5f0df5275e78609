/** Check of the embedded store: every record, blob, reference, index and count; and their repair. For a store that nobody has open. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../model/clock.ts'
import type { Log } from '../../model/log.ts'
import { accountIn } from '../account-record.ts'
import { openBlobFiles, type BlobFiles } from '../blob-files.ts'
import { createBodyReader } from '../body-reader.ts'
import { blobsOf, decodeDocument, documentKey, idOfDocument } from '../document-record.ts'
import { openLevelDatabase, type LevelDatabase } from '../level-database.ts'
import { openPublication } from '../publication-record.ts'
import { openJson, openRecord, sealJson } from '../record-envelope.ts'
import { keysBelow, recordKey } from '../record-key.ts'
import { RecordUnreadable } from '../record-unreadable.ts'
import { SESSION_COUNT_KEY, sessionsIn } from '../session-record.ts'
import { openSubscription } from '../subscription-record.ts'
import { differencesIn } from './derived-check.ts'
import { createExpectedRecords, DERIVED_KINDS, type ExpectedRecords } from './expected-records.ts'
import { createLostRecords, type LostRecords } from './lost-records.ts'
import { RECORD_SHAPES } from './record-shapes.ts'
import type { StoreProblem } from './store-problem.ts'

interface LevelCheck {
  readonly folder: string
  readonly repair: boolean
  readonly clock: Clock
  readonly log: Log
  /** Told of every record that was looked at. */
  readonly progress: (what: string) => void
}

interface Parts extends LevelCheck {
  readonly database: LevelDatabase
  readonly files: BlobFiles
  readonly lost: LostRecords
  readonly found: (what: StoreProblem['what'], where: string) => void
}

/** Rejects with an Error for the operator when the store cannot be opened. */
export async function checkLevelStore(check: LevelCheck): Promise<readonly StoreProblem[]> {
  const { folder, repair, clock, log } = check
  const problems: StoreProblem[] = []
  const found: Parts['found'] = (what, where) => {
    problems.push({ what, where: where.replaceAll('\0', ' '), isRepaired: repair })
  }
  const lost = createLostRecords(folder, String(clock.now()))
  const database = await openLevelDatabase({
    ...{ folder: join(folder, 'documents'), sync: true, clock, log },
  })
  try {
    const files = await openBlobFiles(join(folder, 'blobs'))
    await checkDurable({ ...check, database, files, lost, found })
  } finally {
    await database.close()
  }
  await checkEventState({ ...check, lost, found })
  return problems
}

async function checkDurable(parts: Parts): Promise<void> {
  const { folder, clock, log } = parts
  const place = join(folder, 'check.unfinished')
  await rm(place, { recursive: true, force: true })
  const scratch = await openLevelDatabase({ folder: place, sync: false, clock, log })
  try {
    const expected = createExpectedRecords(scratch)
    await checkPlain(parts)
    await checkAccounts(parts, expected)
    await checkSessions(parts, expected)
    await checkDocuments(parts, expected)
    await expected.finish()
    for (const kind of DERIVED_KINDS) await checkDerived(parts, kind, scratch)
    await checkBodies(parts)
    await checkBlobs(parts, scratch)
  } finally {
    await scratch.close()
    await rm(place, { recursive: true, force: true })
  }
}

/** What `open` cannot read is taken out of the store, and kept. */
async function checkRecords(
  parts: Pick<Parts, 'database' | 'lost' | 'found' | 'repair' | 'progress'>,
  kind: Parameters<typeof keysBelow>[0],
  open: (key: string, bytes: Buffer) => unknown,
): Promise<void> {
  const { database, lost, found, repair, progress } = parts
  for await (const [key, bytes] of database.entries(keysBelow(kind))) {
    progress(kind)
    try {
      await open(key, bytes)
    } catch (error) {
      if (!(error instanceof RecordUnreadable || error instanceof SyntaxError)) throw error
      found('unreadable', key)
      if (!repair) continue
      await lost.keep(key, bytes)
      await database.write([{ type: 'del', key }])
    }
  }
}

/** Throws RecordUnreadable also where the record has another form than its readers rely on. */
function shaped<T>(kind: keyof typeof RECORD_SHAPES, open: (key: string, bytes: Buffer) => T) {
  return (key: string, bytes: Buffer): T => {
    const record = open(key, bytes)
    if (RECORD_SHAPES[kind](record)) return record
    throw new RecordUnreadable(key, 'it has not the form of its kind')
  }
}

/** What nothing else is made from. */
async function checkPlain(parts: Parts): Promise<void> {
  for (const kind of ['administration', 'pair', 'listed', 'capabilities'] as const) {
    await checkRecords(parts, kind, shaped(kind, openJson))
  }
  await checkRecords(parts, 'secret', openRecord)
}

function checkAccounts(parts: Parts, expected: ExpectedRecords): Promise<void> {
  const open = shaped('account', accountIn)
  return checkRecords(parts, 'account', (key, bytes) => expected.addAccount(open(key, bytes)))
}

async function checkSessions(parts: Parts, expected: ExpectedRecords): Promise<void> {
  const { database, found, repair } = parts
  const open = shaped('sessions', sessionsIn)
  let count = 0
  await checkRecords(parts, 'sessions', async (key, bytes) => {
    const sessions = open(key, bytes)
    count += sessions.length
    await expected.addSessions(sessions)
  })
  if (isNumber(SESSION_COUNT_KEY, database.readNow(SESSION_COUNT_KEY), count)) return
  found('wrong', SESSION_COUNT_KEY)
  if (repair) {
    await database.write([{ type: 'put', key: SESSION_COUNT_KEY, value: sealJson(count) }])
  }
}

async function checkDocuments(parts: Parts, expected: ExpectedRecords): Promise<void> {
  const { database, files, found, repair } = parts
  const readBody = createBodyReader({ database, cache: { set: () => undefined }, files })
  let last = 0
  await checkRecords(parts, 'document', async (key, bytes) => {
    const [id, record] = [idOfDocument(key), decodeDocument(key, bytes)]
    last = Math.max(last, record.sequence)
    const body = await readBody(id, record)
    if (body?.length !== record.size) throw new RecordUnreadable(key, 'its body is missing')
    for (const hash of blobsOf(record)) {
      if (!(await files.read(hash))) throw new RecordUnreadable(key, `the blob ${hash} is missing`)
    }
    await expected.addDocument(id, record)
  })
  const key = recordKey('sequence')
  const bytes = database.readNow(key)
  if (last === 0 || isNumber(key, bytes, last, 'or more')) return
  found('wrong', key)
  if (repair) await database.write([{ type: 'put', key, value: sealJson(last) }])
}

function isNumber(key: string, bytes: Buffer | undefined, expected: number, orMore?: 'or more') {
  try {
    const value = bytes ? (openJson(key, bytes) as number) : 0
    return orMore ? value >= expected : value === expected
  } catch (error) {
    if (error instanceof RecordUnreadable) return false
    throw error
  }
}

async function checkDerived(
  { database, found, repair, progress }: Parts,
  kind: (typeof DERIVED_KINDS)[number],
  scratch: LevelDatabase,
): Promise<void> {
  const both = { actual: database, expected: scratch }
  for await (const { what, key, expected } of differencesIn(kind, both)) {
    progress(kind)
    found(what, key)
    if (!repair) continue
    await database.write([expected ? { type: 'put', key, value: expected } : { type: 'del', key }])
  }
}

/** Bodies that stand beside no document. */
async function checkBodies({ database, found, lost, repair }: Parts): Promise<void> {
  for await (const [key, bytes] of database.entries(keysBelow('body'))) {
    if (isBodyWanted(database, key)) continue
    found('orphan', key)
    if (!repair) continue
    await lost.keep(key, bytes)
    await database.write([{ type: 'del', key }])
  }
}

/** What cannot be read has been told already. */
function isBodyWanted(database: LevelDatabase, key: string): boolean {
  const document = documentKey(idOfDocument(key))
  const bytes = database.readNow(document)
  try {
    return bytes !== undefined && decodeDocument(document, bytes).place.in === 'beside'
  } catch (error) {
    if (error instanceof RecordUnreadable) return true
    throw error
  }
}

/** Blobs that no document refers to; those that one refers to were read with it. */
async function checkBlobs(
  { folder, files, found, lost, repair, progress }: Parts,
  scratch: LevelDatabase,
): Promise<void> {
  for await (const hash of files.all()) {
    progress('blob')
    if (scratch.readNow(recordKey('blob', hash))) continue
    found('orphan', `blob ${hash}`)
    if (repair) await lost.keepFile(`blob ${hash}`, join(folder, 'blobs', hash.slice(0, 2), hash))
  }
}

async function checkEventState(parts: Omit<Parts, 'database' | 'files'>): Promise<void> {
  const { folder, clock, log } = parts
  const database = await openLevelDatabase({
    ...{ folder: join(folder, 'event-state'), sync: true, clock, log, compression: false },
  })
  try {
    await checkRecords(
      { ...parts, database },
      'publication',
      shaped('publication', openPublication),
    )
    await checkRecords(
      { ...parts, database },
      'subscription',
      shaped('subscription', openSubscription),
    )
    await checkRecords({ ...parts, database }, 'binding', shaped('binding', openJson))
  } finally {
    await database.close()
  }
}
