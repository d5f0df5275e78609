/** Blob shelf: keeps a blob as long as a document refers to it, or is about to, and not longer. */
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { BlobFiles } from './blob-files.ts'
import type { BlobReferences } from './blob-references.ts'
import { createHolds } from './blob-holds.ts'
import { createBlobSweep, type BlobSweep } from './blob-sweep.ts'
import { createTurns } from './turns.ts'

export interface Blob {
  readonly hash: string
  readonly bytes: Uint8Array
}

export interface BlobShelf extends Omit<BlobSweep, 'end'> {
  /** Writes the blobs and keeps them while `work` runs, which commits a document that refers to them. */
  readonly withBlobs: <T>(blobs: readonly Blob[], work: () => Promise<T>) => Promise<T>
  /** Resolves when no removal is under way. */
  readonly idle: () => Promise<void>
  /** Resolves when no removal is under way; nothing is swept any more. */
  readonly close: () => Promise<void>
}

interface BlobShelfParts {
  readonly files: BlobFiles
  readonly references: BlobReferences
  readonly clock: Clock
  readonly log: Log
}

export function createBlobShelf({ files, references, clock, log }: BlobShelfParts): BlobShelf {
  const held = createHolds()
  const turns = createTurns()
  const isWanted = (hash: string) => held.has(hash) || references.count(hash) > 0
  const { end, ...sweeping } = createBlobSweep({ files, isWanted, turns, clock, log })
  return {
    ...sweeping,
    withBlobs(blobs, work) {
      const release = held.hold(blobs.map(({ hash }) => hash))
      const written = blobs.map(({ hash, bytes }) =>
        turns.take(hash, () => files.write(hash, bytes)),
      )
      // A commit that failed may still turn up when the database is recovered: its blobs stay until the next start.
      return Promise.all(written).then(work).finally(release)
    },
    idle: turns.idle,
    close() {
      end()
      return turns.idle()
    },
  }
}
