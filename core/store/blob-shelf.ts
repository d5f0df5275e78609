/** Blob shelf: keeps a blob as long as a document refers to it, or is about to, and not longer. */
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { BlobFiles } from './blob-files.ts'
import type { BlobReferences } from './blob-references.ts'
import { createHolds } from './blob-holds.ts'
import { createPauses } from './pauses.ts'
import { createTurns } from './turns.ts'

export interface Blob {
  readonly hash: string
  readonly bytes: Uint8Array
}

export interface BlobShelf {
  /** Writes the blobs and keeps them while `work` runs, which commits a document that refers to them. */
  readonly withBlobs: <T>(blobs: readonly Blob[], work: () => Promise<T>) => Promise<T>
  /** Removes those that no document refers to, in the background. */
  readonly sweep: (hashes: readonly string[]) => void
  /** Looks at every blob, for those that an interrupted write left behind. */
  readonly sweepAll: () => Promise<void>
  /** Resolves when no removal is under way; nothing is swept any more. */
  readonly close: () => Promise<void>
}

interface BlobShelfParts {
  readonly files: BlobFiles
  readonly references: BlobReferences
  readonly clock: Clock
  readonly log: Log
}

/** Blobs that are looked at in one turn of the event loop; each costs some microseconds. */
const AT_ONCE = 50
/** Milliseconds until the next ones: a million take minutes, and less than a tenth of the time. */
const PAUSE = 20

export function createBlobShelf({ files, references, clock, log }: BlobShelfParts): BlobShelf {
  const held = createHolds()
  const turns = createTurns()
  let closed = false
  const pauses = createPauses({ clock, milliseconds: PAUSE })

  const isWanted = (hash: string) => held.has(hash) || references.count(hash) > 0

  async function removeUnwanted(hash: string): Promise<void> {
    // From the question to the removal nothing else happens to this blob: whoever wants it again waits for its turn.
    const turn = turns.take(hash, async () => {
      if (!closed && !isWanted(hash)) await files.remove(hash)
    })
    await turn.catch((error: unknown) => {
      log.warn({ err: error, hash }, 'an unused blob could not be removed')
    })
  }

  return {
    sweep(hashes) {
      for (const hash of hashes) void removeUnwanted(hash)
    },
    withBlobs(blobs, work) {
      const release = held.hold(blobs.map(({ hash }) => hash))
      const written = blobs.map(({ hash, bytes }) =>
        turns.take(hash, () => files.write(hash, bytes)),
      )
      // A commit that failed may still turn up when the database is recovered: its blobs stay until the next start.
      return Promise.all(written).then(work).finally(release)
    },
    async sweepAll() {
      let looked = 0
      for await (const hash of files.all()) {
        if (closed) return
        if (!isWanted(hash)) await removeUnwanted(hash)
        // Requests come first: of a million blobs a shelf is four thousand.
        if (++looked % AT_ONCE === 0) await pauses.take()
      }
    },
    close() {
      closed = true
      pauses.end()
      return turns.idle()
    },
  }
}
