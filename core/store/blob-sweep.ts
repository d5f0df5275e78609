/** Blob sweep: removes the blobs that nobody wants any more, in the background, and none while somebody reads the store as it was. */
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { BlobFiles } from './blob-files.ts'
import { createKeptBlobs } from './kept-blobs.ts'
import { createPauses } from './pauses.ts'
import type { Turns } from './turns.ts'

export interface BlobSweep {
  /** Removes those that no document refers to, in the background. */
  readonly sweep: (hashes: readonly string[]) => void
  /** Nothing is removed until what it gives is called. */
  readonly keepAll: () => () => void
  /** Looks at every blob, for those that an interrupted write left behind. */
  readonly sweepAll: () => Promise<void>
  /** Nothing is swept any more. */
  readonly end: () => void
}

interface BlobSweepParts {
  readonly files: Pick<BlobFiles, 'all' | 'remove'>
  readonly isWanted: (hash: string) => boolean
  /** Those of the writers: what is done to one blob is done in order. */
  readonly turns: Turns
  readonly clock: Clock
  readonly log: Log
}

/** Unwanted blobs that are remembered while nothing may be removed; of more than these, all are looked at afterwards. */
const MOST_KEPT = 10_000
/** Blobs that are looked at in one turn of the event loop; each costs some microseconds. */
const AT_ONCE = 50
/** Milliseconds until the next ones: a million take minutes, and less than a tenth of the time. */
const PAUSE = 20

export function createBlobSweep({ files, isWanted, turns, clock, log }: BlobSweepParts): BlobSweep {
  const pauses = createPauses({ clock, milliseconds: PAUSE })
  let ended = false

  async function removeUnwanted(hash: string): Promise<void> {
    // From the question to the removal nothing else happens to this blob: whoever wants it again waits for its turn.
    const turn = turns.take(hash, async () => {
      if (ended || isWanted(hash)) return
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
      if (ended) return
      if (!isWanted(hash)) await removeUnwanted(hash)
      // Requests come first: of a million blobs a shelf is four thousand.
      if (++looked % AT_ONCE === 0) await pauses.take()
    }
  }

  const sweepAfterwards = () => {
    sweepAll().catch((error: unknown) => {
      log.warn({ err: error }, 'looking for blobs that nothing refers to failed')
    })
  }
  const kept = createKeptBlobs({ most: MOST_KEPT, sweep, sweepAll: sweepAfterwards })
  const end = () => {
    ended = true
    pauses.end()
  }
  return { sweep, sweepAll, keepAll: kept.keep, end }
}
