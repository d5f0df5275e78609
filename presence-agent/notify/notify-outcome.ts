/** What the end of a NOTIFY transaction means for its subscription. RFC 6665 §4.2.2, RFC 5057 §5. */
import { parseDeltaSeconds } from '../../core/sip/delta-seconds.ts'
import type { RequestOutcome } from '../../core/sip/sip-endpoint.ts'
import { NOT_SENT, TIMED_OUT, type NotifyStatus } from '../resource.ts'

export type NotifyOutcome =
  | { readonly kind: 'told' }
  /** Nobody is there for it any more. */
  | { readonly kind: 'gone' }
  /** The subscription stays, and the state should be told again after so many milliseconds. */
  | { readonly kind: 'untold'; readonly retryAfter: number }
  /** The watcher is silent: gone, or out of reach for a moment. */
  | { readonly kind: 'unanswered' }

// The statuses of RFC 6665 §4.2.2, with 481 by RFC 5057; 401 and 407, since a notifier has no password to show.
const GONE = new Set([401, 404, 405, 407, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604])

const TOLD: NotifyOutcome = { kind: 'told' }
const NOBODY: NotifyOutcome = { kind: 'gone' }
const UNANSWERED: NotifyOutcome = { kind: 'unanswered' }
const RETRY_AFTER = 10_000
const LONGEST_RETRY_AFTER = 3_600_000

/** For whoever asks how the last NOTIFY went. */
export function notifyStatus(outcome: RequestOutcome): NotifyStatus {
  if (outcome.kind === 'response') return outcome.response.status
  return outcome.kind === 'timeout' ? TIMED_OUT : NOT_SENT
}

export function notifyOutcome(outcome: RequestOutcome): NotifyOutcome {
  // Timer F.
  if (outcome.kind === 'timeout') return UNANSWERED
  if (outcome.kind === 'transport-error') return { kind: 'untold', retryAfter: RETRY_AFTER }
  const { status } = outcome.response
  if (GONE.has(status)) return NOBODY
  // A proxy's word for a Timer F of its own. RFC 3261 §16.8
  if (status === 408) return UNANSWERED
  if (status < 500 || status >= 600) return TOLD
  const seconds = parseDeltaSeconds(outcome.response.header('retry-after') ?? '')
  const wanted = seconds === undefined ? RETRY_AFTER : seconds * 1000
  return { kind: 'untold', retryAfter: Math.min(Math.max(wanted, 1000), LONGEST_RETRY_AFTER) }
}
