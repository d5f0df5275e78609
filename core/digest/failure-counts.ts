/** Slows down who guesses passwords; who knows his own never waits. RFC 7616 §5.3. */

export interface FailureCounts {
  /** Counts a failure under each name; answers the milliseconds that its answer should wait. */
  add(names: readonly string[], now: number): number
}

const MINUTE = 60_000
const FREE = 10
const STEP = 100
const LONGEST_WAIT = 1000

/** `capacity`: names remembered at once; those that were quiet longest are forgotten first. */
export function createFailureCounts(capacity: number): FailureCounts {
  const counts = new Map<string, { since: number; count: number }>()

  function addOne(name: string, now: number): number {
    const known = counts.get(name)
    counts.delete(name)
    if (known && now - known.since < MINUTE) {
      // Back to the end: who goes on guessing is not forgotten for others.
      counts.set(name, known)
      return ++known.count
    }
    for (const oldest of counts.keys()) {
      if (counts.size < capacity) break
      counts.delete(oldest)
    }
    counts.set(name, { since: now, count: 1 })
    return 1
  }

  return {
    add: (names, now) => {
      const most = Math.max(...names.map((name) => addOne(name, now)))
      // From the eleventh in a minute.
      return Math.min(LONGEST_WAIT, Math.max(0, most - FREE) * STEP)
    },
  }
}
