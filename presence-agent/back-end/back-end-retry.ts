/** How long a back-end subscription that failed waits before it is tried again. RFC 6665 §4.1.3, RFC 3261 §20.33. */
import type { Retries } from './back-end-state.ts'

/** Seconds, all. */
const FIRST_PAUSE = 5
const LONGEST_PAUSE = 900
const STEADY_PAUSE = 60
const LONGEST_RETRY_AFTER = 86_400

/** What went before. */
interface Failure {
  /** In a row, before this one. */
  readonly failures: number
  /** Seconds that the peer wants at least. */
  readonly retryAfter: number
}

/** Milliseconds. `random` (0 to 1) spreads those who failed together. */
export function pauseAfter(
  { failures, retryAfter }: Failure,
  random: number,
  retries: Retries = 'growing',
): number {
  const [pause, spread] = PAUSES[retries](failures)
  const wanted = Math.max(
    pause * (1 + random * spread),
    Math.min(retryAfter, LONGEST_RETRY_AFTER) * (1 + random / 4),
  )
  return wanted * 1000
}

/** The shortest, and how much longer it may become as a part of that. */
const PAUSES: Readonly<Record<Retries, (failures: number) => readonly [number, number]>> = {
  growing: (failures) => [Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE), 1 / 4],
  steady: () => [STEADY_PAUSE, 1],
}
