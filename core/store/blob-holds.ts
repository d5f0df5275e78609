/** Blob holds: how many writers are about to refer to a blob. */

export interface BlobHolds {
  readonly has: (hash: string) => boolean
  /** Holds the blobs until what it gives is called. */
  readonly hold: (hashes: readonly string[]) => () => void
}

export function createHolds(): BlobHolds {
  const counts = new Map<string, number>()

  function change(hash: string, by: 1 | -1): void {
    const count = (counts.get(hash) ?? 0) + by
    if (count > 0) counts.set(hash, count)
    else counts.delete(hash)
  }

  return {
    has: (hash) => counts.has(hash),
    hold(hashes) {
      for (const hash of hashes) change(hash, 1)
      return () => {
        for (const hash of hashes) change(hash, -1)
      }
    },
  }
}
