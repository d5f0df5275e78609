/** Blob references: how many documents refer to a blob, counted in the batch that writes the document. */
import type { Log } from '../model/log.ts'
import type { WriteOperation } from './level-database.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { recordKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'

export interface BlobReferences {
  readonly count: (hash: string) => number
  /** What is to be written together with a document that gives up the first references and holds the others. */
  readonly operations: (before: readonly string[], after: readonly string[]) => WriteOperation[]
}

/** An unreadable count must not lead to a removal. */
const UNKNOWN_COUNT = 1_000_000

export function createBlobReferences({
  latest,
  log,
}: {
  /** The newest value under a key, writes under way included. */
  latest: (key: string) => Buffer | undefined
  log: Log
}): BlobReferences {
  function count(hash: string): number {
    const key = recordKey('blob', hash)
    const record = latest(key)
    return record ? readableOr(UNKNOWN_COUNT, log, () => openJson(key, record) as number) : 0
  }

  return {
    count,
    operations: (before, after) =>
      [...new Set([...before, ...after])]
        .filter((hash) => before.includes(hash) !== after.includes(hash))
        .map((hash) => countOperation(hash, count(hash) + (after.includes(hash) ? 1 : -1))),
  }
}

function countOperation(hash: string, count: number): WriteOperation {
  const key = recordKey('blob', hash)
  return count > 0 ? { type: 'put', key, value: sealJson(count) } : { type: 'del', key }
}
