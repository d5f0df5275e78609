/** Back-off: how long to wait before the next attempt to connect. */

const SHORTEST = 1_000
const LONGEST = 60_000
/** A stream that lasts so long has come back; a shorter one was only another attempt. */
const LASTING = 30_000
/** Of the pause, so that streams that fell together do not come back together. */
const JITTER = 0.2

export interface BackOff {
  /** Milliseconds to wait, now that the stream is down (again). */
  pause(failure: { readonly isRefusal: boolean }): number
  /** The stream is online. */
  succeeded(): void
}

/** @param random As Math.random. */
export function createBackOff(now: () => number, random: () => number): BackOff {
  let downSince: number | undefined
  let onlineSince: number | undefined
  return {
    pause({ isRefusal }) {
      if (onlineSince !== undefined && now() - onlineSince >= LASTING) downSince = undefined
      onlineSince = undefined
      downSince ??= now()
      // What the server refuses an operator must set right: at most one attempt a minute.
      if (isRefusal) return LONGEST * (1 + JITTER * random())
      // A quarter of the time that it has been down, so that a short absence ends at once.
      const quarter = ((now() - downSince) / 4) * (1 - JITTER + 2 * JITTER * random())
      return Math.min(LONGEST, Math.max(SHORTEST * (1 + JITTER * random()), quarter))
    },
    succeeded() {
      onlineSince = now()
    },
  }
}
