/** Blob shelf: keeps a blob as long as a document refers to it, or is about to, and not longer. */
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { BlobFiles } from './blob-files.ts'
import type { BlobReferences } from './blob-references.ts'
import { createHolds } from './blob-holds.ts'
import { createKeptBlobs } from './kept-blobs.ts'
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
  /** Nothing is removed until what it gives is called. */
  readonly keepAll: () => () => void
  /** Looks at every blob, for those that an interrupted write left behind. */
  readonly sweepAll: () => Promise<void>
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

/** Unwanted blobs that are remembered while nothing may be removed; of more than these, all are looked at afterwards. */
const MOST_KEPT = 10_000
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
      if (closed || isWanted(hash)) return
      if (kept.isKeeping()) kept.note(hash)
      else await files.remove(hash)
    })
    await turn.catch((error: unknown) => {
      log.warn({ err: error, hash }, 'an unused blob could not be removed')
    })
  }

  function sweep(hashes: readonly string[]): void {
    for (const hash of hashes) void removeUnwanted(hash)
  }

  async function sweepAll(): Promise<void> {
    let looked = 0
    for await (const hash of files.all()) {
      if (closed) return
      if (!isWanted(hash)) await removeUnwanted(hash)
      // Requests come first: of a million blobs a shelf is four thousand.
      if (++looked % AT_ONCE === 0) await pauses.take()
    }
  }

  const kept = createKeptBlobs({
    most: MOST_KEPT,
    sweep,
    sweepAll: () => {
      sweepAll().catch((error: unknown) => {
        log.warn({ err: error }, 'looking for blobs that nothing refers to failed')
      })
    },
  })

  return {
    ...{ sweep, sweepAll, keepAll: kept.keep },
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
      closed = true
      pauses.end()
      return turns.idle()
    },
  }
}
