/** Step from format 1, which neither counts the documents of a tree nor lists those of a usage, to format 2. */
import { join } from 'node:path'
import type { Clock } from '../model/clock.ts'
import type { DocumentTree } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import { decodeDocument, idOfDocument } from './document-record.ts'
import { openLevelDatabase, type LevelDatabase, type WriteOperation } from './level-database.ts'
import { keysBelow } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import { NOTHING, totalsOperation } from './tree-totals.ts'
import { usageOperations } from './usage-index.ts'

/** Operations of one batch. */
const BATCH = 2_000

export async function countTreesAndListUsages(place: {
  folder: string
  clock: Clock
  log: Log
}): Promise<void> {
  const documents = join(place.folder, 'documents')
  const database = await openLevelDatabase({ ...place, folder: documents, sync: true })
  try {
    await writeAll(database, missingRecords(database, place.log))
  } finally {
    await database.close()
  }
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
