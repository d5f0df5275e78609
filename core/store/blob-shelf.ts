/** Blob shelf: keeps a blob as long as a document refers to it, or is about to, and not longer. */
import type { Log } from '../model/log.ts'
import type { BlobFiles } from './blob-files.ts'
import type { WriteOperation } from './level-database.ts'
import { recordKey } from './record-key.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { readableOr } from './record-unreadable.ts'

export interface Blob {
  readonly hash: string
  readonly bytes: Uint8Array
}

export interface BlobShelf {
  /** Writes the blobs and keeps them while `work` runs, which commits a document that refers to them. */
  readonly withBlobs: <T>(blobs: readonly Blob[], work: () => Promise<T>) => Promise<T>
  /** What is to be written together with a document that gave up the first references and holds the others. */
  readonly countReferences: (
    before: readonly string[],
    after: readonly string[],
  ) => WriteOperation[]
  /** Removes those that no document refers to, in the background. */
  readonly sweep: (hashes: readonly string[]) => void
  /** Looks at every blob, for those that an interrupted write left behind. */
  readonly sweepAll: () => Promise<void>
  /** Resolves when no removal is under way; nothing is swept any more. */
  readonly close: () => Promise<void>
}

/** An unreadable count must not lead to a removal. */
const UNKNOWN_COUNT = 1_000_000

export function createBlobShelf({
  files,
  latest,
  log,
}: {
  files: BlobFiles
  /** The newest value under a key. */
  latest: (key: string) => Buffer | undefined
  log: Log
}): BlobShelf {
  /** How many writers are about to refer to a blob. */
  const held = new Map<string, number>()
  /** The last thing that is being done to a blob's file: one after the other. */
  const busy = new Map<string, Promise<void>>()
  let closed = false

  function hold(hash: string, change: 1 | -1): void {
    const count = (held.get(hash) ?? 0) + change
    if (count > 0) held.set(hash, count)
    else held.delete(hash)
  }

  function inTurn(hash: string, action: () => Promise<void>): Promise<void> {
    const turn = (busy.get(hash) ?? Promise.resolve()).then(action)
    const quiet = turn
      .catch(() => undefined)
      .then(() => {
        if (busy.get(hash) === quiet) busy.delete(hash)
      })
    busy.set(hash, quiet)
    return turn
  }

  function references(hash: string): number {
    const key = recordKey('blob', hash)
    const record = latest(key)
    return record ? readableOr(UNKNOWN_COUNT, log, () => openJson(key, record) as number) : 0
  }

  const isWanted = (hash: string) => held.has(hash) || references(hash) > 0

  async function removeUnwanted(hash: string): Promise<void> {
    // From the question to the removal nothing else happens to this blob: whoever wants it again waits for its turn.
    await inTurn(hash, async () => {
      if (!closed && !isWanted(hash)) await files.remove(hash)
    }).catch((error: unknown) => {
      log.warn({ err: error, hash }, 'a blob that nothing refers to could not be removed')
    })
  }

  function sweep(hashes: readonly string[]): void {
    for (const hash of hashes) void removeUnwanted(hash)
  }

  return {
    sweep,
    async withBlobs(blobs, work) {
      for (const { hash } of blobs) hold(hash, 1)
      try {
        await Promise.all(
          blobs.map(({ hash, bytes }) => inTurn(hash, () => files.write(hash, bytes))),
        )
        return await work()
      } finally {
        // A commit that failed may still turn up when the database is recovered: its blobs stay until the next start.
        for (const { hash } of blobs) hold(hash, -1)
      }
    },
    countReferences(before, after) {
      const operations: WriteOperation[] = []
      for (const hash of new Set([...before, ...after])) {
        const change = Number(after.includes(hash)) - Number(before.includes(hash))
        if (change === 0) continue
        const key = recordKey('blob', hash)
        const count = references(hash) + change
        operations.push(
          count > 0 ? { type: 'put', key, value: sealJson(count) } : { type: 'del', key },
        )
      }
      return operations
    },
    async sweepAll() {
      for await (const hashes of files.folders()) {
        if (closed) return
        for (const hash of hashes) {
          if (!isWanted(hash)) await removeUnwanted(hash)
        }
      }
    },
    async close() {
      closed = true
      while (busy.size > 0) await Promise.all(busy.values())
    },
  }
}
