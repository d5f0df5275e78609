/** Failed requests: a `subscribe` that met an error is given up, or sent again later and later. RFC 6121 §3.1.2. */
import type { Clock } from '../../core/model/clock.ts'
import type { StanzaCondition } from '../stanza-error.ts'
import type { LivePair } from './live-pair.ts'
import type { PairSteps } from './pair-steps.ts'

export interface FailedRequests {
  readonly failed: (pair: LivePair, condition: StanzaCondition) => void
  readonly succeeded: (pair: LivePair) => void
  /** Once a minute. */
  readonly askAgain: (pair: LivePair) => void
}

const MINUTE = 60_000
const LONGEST_WAIT = 60 * MINUTE

/** What will be the same tomorrow: the contact is as one who has refused. */
const PERMANENT: readonly StanzaCondition[] = [
  'forbidden',
  'gone',
  'item-not-found',
  'jid-malformed',
  'not-allowed',
  'not-authorized',
  'policy-violation',
  'registration-required',
]

export function createFailedRequests({
  steps,
  clock,
  random = Math.random,
}: {
  steps: PairSteps
  clock: Clock
  /** From 0 to 1. */
  random?: () => number
}): FailedRequests {
  /** Twice as long each time, and never all at once. */
  function wait(pair: LivePair): void {
    const backOff = Math.min(LONGEST_WAIT, MINUTE * 2 ** pair.attempts++)
    pair.askAgainAt = clock.now() + backOff * (1 + random() / 4)
  }

  return {
    failed(pair, condition) {
      if (PERMANENT.includes(condition)) {
        pair.failedBy = condition
        steps.to(pair, 'failed')
      } else if (pair.record.to === 'asked') wait(pair)
    },
    succeeded(pair) {
      pair.failedBy = undefined
      pair.attempts = 0
      pair.askAgainAt = 0
    },
    askAgain(pair) {
      if (pair.askAgainAt === 0 || clock.now() < pair.askAgainAt) return
      pair.askAgainAt = 0
      if (pair.record.to === 'asked') steps.tell(pair, 'subscribe')
    },
  }
}
