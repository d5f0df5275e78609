/** What the end of a subscription means for who wants it again. RFC 6665 §4.1.3. */

/** `at-once`: it was moved, or merely ran out. `never`: what is wanted is not to be had. */
export type Afterwards = 'at-once' | 'later' | 'never'

const AFTERWARDS: Partial<Record<string, Afterwards>> = {
  deactivated: 'at-once',
  timeout: 'at-once',
  probation: 'later',
  giveup: 'later',
  rejected: 'never',
  noresource: 'never',
  invariant: 'never',
}

/** Undefined: no reason, or an unknown one, leaves it to the subscriber. */
export function afterwardsOf(reason: string | undefined): Afterwards | undefined {
  return AFTERWARDS[reason ?? '']
}
