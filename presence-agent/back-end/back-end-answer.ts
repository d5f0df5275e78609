/** What the answer to a back-end SUBSCRIBE means for its subscription. RFC 6665 §4.1.2, RFC 3261 §21. */
import { parseDeltaSeconds } from '../../core/sip/delta-seconds.ts'
import { parseNameAddr } from '../../core/sip/name-addr.ts'
import { detachedText } from '../../core/sip/octet-text.ts'
import type { RequestOutcome } from '../../core/sip/sip-endpoint.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { personUri } from './person-uri.ts'

export type BackEndAnswer =
  /** `expires` in seconds, where it is said. */
  | { readonly kind: 'accepted'; readonly expires: number | undefined; readonly silent: boolean }
  /** To be asked for so many seconds at least. */
  | { readonly kind: 'too-brief'; readonly minExpires: number }
  | { readonly kind: 'challenged'; readonly response: SipMessage; readonly requestUri: string }
  /** The notifier knows no such dialog any more. */
  | { readonly kind: 'forgotten' }
  /** For good. `contact`: where the person is now. */
  | {
      readonly kind: 'refused'
      readonly reason: string
      readonly status: number
      readonly contact: string | undefined
    }
  /** For now. Seconds to wait at least. */
  | { readonly kind: 'failed'; readonly retryAfter: number; readonly status: number }
  /** Timer F has fired. Timer N, as long, decides. RFC 6665 §4.1.2.4 */
  | { readonly kind: 'unanswered' }

/** Temporary by their meaning, as all of 5xx but those that say "never". RFC 8048 §5.2.2: 423 ends nothing for good. */
const TEMPORARY = new Set([408, 423, 480, 482, 486, 487, 491, 600])
const NEVER = new Set([501, 505, 513])
const FORBIDDEN = new Set([401, 403, 407, 603])

/** Seconds: nobody can make us promise more. */
const LONGEST_DURATION = 86_400

/** What was asked; the duration in seconds. */
interface Asked {
  readonly requestUri: string
  readonly duration: number
}

export function backEndAnswer(outcome: RequestOutcome, asked: Asked): BackEndAnswer {
  if (outcome.kind === 'timeout') return { kind: 'unanswered' }
  if (outcome.kind === 'transport-error') return { kind: 'failed', retryAfter: 0, status: 503 }
  const { response } = outcome
  const { status } = response
  const seconds = (name: 'expires' | 'min-expires' | 'retry-after') =>
    parseDeltaSeconds(response.header(name) ?? '')
  if (status < 300) {
    // 204: no NOTIFY follows. RFC 5839 §7.1
    return { kind: 'accepted', expires: seconds('expires'), silent: status === 204 }
  }
  if (status === 401 || status === 407) {
    return { kind: 'challenged', response, requestUri: asked.requestUri }
  }
  if (status === 481) return { kind: 'forgotten' }
  const minExpires = status === 423 ? (seconds('min-expires') ?? 0) : 0
  if (minExpires > asked.duration && minExpires <= LONGEST_DURATION) {
    return { kind: 'too-brief', minExpires }
  }
  const isTemporary = (status >= 500 && status < 600 && !NEVER.has(status)) || TEMPORARY.has(status)
  if (isTemporary) return { kind: 'failed', retryAfter: seconds('retry-after') ?? 0, status }
  const reason = FORBIDDEN.has(status) ? 'rejected' : 'noresource'
  return { kind: 'refused', reason, status, contact: newAddress(response) }
}

/** A copy, not a piece of the message. */
function newAddress(response: SipMessage): string | undefined {
  const [contact = ''] = response.values('contact')
  const uri = parseNameAddr(contact)?.uri
  const address = uri === undefined ? undefined : personUri(uri)
  return address === undefined ? undefined : detachedText(address)
}
