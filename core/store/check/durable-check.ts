/** Check of what is fsynced: every record, blob, reference, index and count. */
import { accountIn } from '../account-record.ts'
import type { BlobFiles } from '../blob-files.ts'
import { createBodyReader } from '../body-reader.ts'
import { blobsOf, decodeDocument, documentKey, idOfDocument } from '../document-record.ts'
import type { LevelDatabase } from '../level-database.ts'
import { openJson, openRecord, sealJson } from '../record-envelope.ts'
import { keysBelow, recordKey } from '../record-key.ts'
import { RecordUnreadable } from '../record-unreadable.ts'
import { SESSION_COUNT_KEY, sessionsIn } from '../session-record.ts'
import { differencesIn } from './derived-check.ts'
import { createExpectedRecords, DERIVED_KINDS, type ExpectedRecords } from './expected-records.ts'
import { checkRecords, shaped, type CheckedDatabase, type RecordCheck } from './record-check.ts'

export interface DurableCheck extends RecordCheck {
  readonly files: Pick<BlobFiles, 'read' | 'all'>
  /** An empty database, for what is expected. */
  readonly scratch: LevelDatabase
  /** Takes a blob away that nobody refers to, or leaves it; absent: such blobs are not looked for. */
  readonly orphanBlob?: (hash: string) => Promise<void>
}

export async function checkDurable(check: DurableCheck): Promise<void> {
  const expected = createExpectedRecords(check.scratch)
  await checkPlain(check)
  await checkAccounts(check, expected)
  await checkSessions(check, expected)
  await checkDocuments(check, expected)
  await expected.finish()
  for (const kind of DERIVED_KINDS) await checkDerived(check, kind)
  await checkBodies(check)
  await checkBlobs(check)
}

/** What nothing else is made from. */
async function checkPlain(check: DurableCheck): Promise<void> {
  for (const kind of ['administration', 'pair', 'listed', 'capabilities'] as const) {
    await checkRecords(check, kind, shaped(kind, openJson))
  }
  await checkRecords(check, 'secret', openRecord)
}

function checkAccounts(check: DurableCheck, expected: ExpectedRecords): Promise<void> {
  const open = shaped('account', accountIn)
  return checkRecords(check, 'account', (key, bytes) => expected.addAccount(open(key, bytes)))
}

async function checkSessions(check: DurableCheck, expected: ExpectedRecords): Promise<void> {
  const { database, found, repair } = check
  const open = shaped('sessions', sessionsIn)
  let count = 0
  await checkRecords(check, 'sessions', async (key, bytes) => {
    const sessions = open(key, bytes)
    count += sessions.length
    await expected.addSessions(sessions)
  })
  if (isNumber(SESSION_COUNT_KEY, await database.read(SESSION_COUNT_KEY), count)) return
  found('wrong', SESSION_COUNT_KEY)
  await repair?.write([{ type: 'put', key: SESSION_COUNT_KEY, value: sealJson(count) }])
}

async function checkDocuments(check: DurableCheck, expected: ExpectedRecords): Promise<void> {
  const { database, files, found, repair } = check
  const readBody = createBodyReader({ database, cache: { set: () => undefined }, files })
  let last = 0
  await checkRecords(check, 'document', async (key, bytes) => {
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
  const bytes = await database.read(key)
  if (last === 0 || isNumber(key, bytes, last, 'or more')) return
  found('wrong', key)
  await repair?.write([{ type: 'put', key, value: sealJson(last) }])
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
  { database, scratch, found, repair, progress }: DurableCheck,
  kind: (typeof DERIVED_KINDS)[number],
): Promise<void> {
  const both = { actual: database, expected: scratch }
  for await (const { what, key, expected } of differencesIn(kind, both)) {
    progress(kind)
    found(what, key)
    await repair?.write([expected ? { type: 'put', key, value: expected } : { type: 'del', key }])
  }
}

/** Bodies that stand beside no document. */
async function checkBodies({ database, found, repair }: DurableCheck): Promise<void> {
  for await (const [key, bytes] of database.entries(keysBelow('body'))) {
    if (await isBodyWanted(database, key)) continue
    found('orphan', key)
    await repair?.lost.keep(key, bytes)
    await repair?.write([{ type: 'del', key }])
  }
}

/** What cannot be read has been told already. */
async function isBodyWanted(database: CheckedDatabase, key: string): Promise<boolean> {
  const document = documentKey(idOfDocument(key))
  try {
    const bytes = await database.read(document)
    return bytes !== undefined && decodeDocument(document, bytes).place.in === 'beside'
  } catch (error) {
    if (error instanceof RecordUnreadable) return true
    throw error
  }
}

/** Blobs that no document refers to; those that one refers to were read with it. */
async function checkBlobs({ files, found, orphanBlob, progress, scratch }: DurableCheck) {
  if (!orphanBlob) return
  for await (const hash of files.all()) {
    progress('blob')
    if (scratch.readNow(recordKey('blob', hash))) continue
    found('orphan', `blob ${hash}`)
    await orphanBlob(hash)
  }
}
