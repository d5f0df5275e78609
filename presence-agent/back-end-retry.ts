/** When an ended back-end subscription is tried again. RFC 6665 §4.1.3, RFC 3261 §20.33. */

/** `at-once`: it was moved, or merely ran out. `never`: what is wanted is not to be had. */
export type Retry = 'at-once' | 'later' | 'never'

const RETRIES: Readonly<Record<string, Retry>> = {
  deactivated: 'at-once',
  timeout: 'at-once',
  probation: 'later',
  giveup: 'later',
  rejected: 'never',
  noresource: 'never',
  invariant: 'never',
}

/** Of a Subscription-State; one that is unknown, or none, leaves it to the subscriber. */
export function retryAfterEnd(reason: string | undefined): Retry {
  return (reason === undefined ? undefined : RETRIES[reason]) ?? 'later'
}

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
