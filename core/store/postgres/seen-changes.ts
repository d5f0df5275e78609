/** Seen changes: the last ones that were heard, so that what is read twice is told once. */

/** About 2 MB; what is forgotten is told again, which costs time and does no harm. */
const MOST = 16_384

export function createSeenChanges(): { isNew: (operation: string, position: number) => boolean } {
  const seen = new Set<string>()
  return {
    isNew(operation, position) {
      const name = `${operation}/${position}`
      if (seen.has(name)) return false
      seen.add(name)
      if (seen.size > MOST) {
        for (const oldest of seen) {
          seen.delete(oldest)
          break
        }
      }
      return true
    },
  }
}
