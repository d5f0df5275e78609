/** How long a back-end subscription that failed waits before it is tried again. RFC 6665 §4.1.3, RFC 3261 §20.33. */

/** Seconds, all. */
const FIRST_PAUSE = 5
const LONGEST_PAUSE = 900
const LONGEST_RETRY_AFTER = 86_400

/** Milliseconds. Each failure doubles the pause; `random` (0 to 1) spreads those who failed together. */
export function pauseAfter(failures: number, retryAfter: number, random: number): number {
  const pause = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE)
  const wanted = Math.max(pause, Math.min(retryAfter, LONGEST_RETRY_AFTER))
  return wanted * (1 + random / 4) * 1000
}
