/** Upgrade of a store of format 1, which neither counts the documents of a tree nor lists those of a usage. */
import { join } from 'node:path'
import type { Clock } from '../model/clock.ts'
import type { DocumentTree } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import { decodeDocument, idOfDocument } from './document-record.ts'
import { openLevelDatabase, type LevelDatabase, type WriteOperation } from './level-database.ts'
import { keysBelow } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import { markStoreFolder } from './store-format.ts'
import { NOTHING, totalsOperation } from './tree-totals.ts'
import { usageOperations } from './usage-index.ts'

/** Operations of one batch. */
const BATCH = 2_000

/** An upgrade that is interrupted begins anew at the next start. */
export async function upgradeStore(place: {
  folder: string
  clock: Clock
  log: Log
}): Promise<void> {
  const { folder, log } = place
  log.info({ folder }, 'the store is being brought to the present format')
  const documents = join(folder, 'documents')
  const database = await openLevelDatabase({ ...place, folder: documents, sync: true })
  try {
    await writeAll(database, missingRecords(database, log))
  } finally {
    await database.close()
  }
  await markStoreFolder(folder)
}

async function* missingRecords(
  database: LevelDatabase,
  log: Log,
): AsyncIterable<readonly WriteOperation[]> {
  let tree: DocumentTree | undefined
  let totals = NOTHING
  // The documents of one tree follow each other.
  for await (const [key, bytes] of database.entries(keysBelow('document'))) {
    const id = idOfDocument(key)
    const record = readableOr(undefined, log, () => decodeDocument(key, bytes))
    const { documents, bytes: size } = id.tree === tree ? totals : NOTHING
    tree = id.tree
    totals = { documents: documents + 1, bytes: size + (record?.size ?? 0) }
    yield [...usageOperations(id, undefined, record), totalsOperation(tree, totals)]
  }
}

async function writeAll(
  database: LevelDatabase,
  operations: AsyncIterable<readonly WriteOperation[]>,
): Promise<void> {
  let batch: WriteOperation[] = []
  for await (const some of operations) {
    batch.push(...some)
    if (batch.length < BATCH) continue
    await database.write(batch)
    batch = []
  }
  await database.write(batch)
}
