/** Kept blobs: what is not removed, although nobody wants it any more, while somebody reads the store as it was. */

export interface KeptBlobs {
  readonly isKeeping: () => boolean
  /** Remembers a blob that would have been removed. */
  readonly note: (hash: string) => void
  /** Nothing is to be removed until what it gives is called. */
  readonly keep: () => () => void
}

export function createKeptBlobs({
  most,
  sweep,
  sweepAll,
}: {
  /** Blobs that are remembered. */
  most: number
  /** The last reader has gone: these may be removed. */
  sweep: (hashes: readonly string[]) => void
  /** The same, and there were too many to remember. */
  sweepAll: () => void
}): KeptBlobs {
  let readers = 0
  let isTooMany = false
  const unwanted = new Set<string>()

  function end(): void {
    if (--readers > 0) return
    if (isTooMany) sweepAll()
    else sweep([...unwanted])
    isTooMany = false
    unwanted.clear()
  }

  return {
    isKeeping: () => readers > 0,
    note(hash) {
      if (unwanted.size < most) unwanted.add(hash)
      else isTooMany = true
    },
    keep() {
      readers++
      let isOver = false
      return () => {
        if (!isOver) end()
        isOver = true
      }
    },
  }
}
