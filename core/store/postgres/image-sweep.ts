/** Image sweep: images that no document carries any more are removed in the background. */
import type { Log } from '../../model/log.ts'
import type { Query } from './connection.ts'

export interface ImageSweep {
  readonly sweep: (hash: string) => void
  /** For those that an interrupted node left behind. */
  readonly sweepAll: () => void
  /** Resolves when no removal is under way. */
  readonly idle: () => Promise<void>
}

/** A document that takes the image up again holds its row: the count is looked at once more when that is decided. */
const ONE = { name: 'sweep-image', text: 'DELETE FROM image WHERE hash = $1 AND uses <= 0' }
const ALL = { name: 'sweep-images', text: 'DELETE FROM image WHERE uses <= 0' }

export function createImageSweep({ query, log }: { query: Query; log: Log }): ImageSweep {
  const underWay = new Set<Promise<void>>()

  function begin(removal: Promise<unknown>): void {
    const over = removal
      .then(
        () => undefined,
        (error: unknown) => {
          log.warn({ err: error }, 'unused images could not be removed')
        },
      )
      .finally(() => underWay.delete(over))
    underWay.add(over)
  }

  return {
    sweep: (hash) => {
      begin(query({ ...ONE, values: [hash] }))
    },
    sweepAll: () => {
      begin(query(ALL))
    },
    async idle() {
      await Promise.all(underWay)
    },
  }
}
