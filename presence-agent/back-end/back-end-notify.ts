/** Reads a NOTIFY of a back-end subscription. RFC 6665 §4.1.3, §8.2.3. */
import { parseDeltaSeconds } from '../../core/sip/delta-seconds.ts'
import { parseEvent } from '../../core/sip/event.ts'
import { parseMediaType } from '../../core/sip/media-type.ts'
import { parseParameters } from '../../core/sip/parameters.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import type { BackEndState, WantedState } from './back-end-state.ts'
import { badRequest, unsupportedContentEncoding, unsupportedMediaType } from '../refusal.ts'

interface SubscriptionStateField {
  readonly subscriptionState: BackEndState['subscriptionState']
  readonly reason: string | undefined
  /** Seconds, both. */
  readonly expires: number | undefined
  readonly retryAfter: number | undefined
}

/** What a NOTIFY says: of the subscription, and of what is subscribed to. */
export type BackEndNotify = SubscriptionStateField & Pick<BackEndState, 'contentType' | 'body'>

const STATES = ['active', 'pending', 'terminated'] as const

/** Throws the Refusal to answer. */
export function readBackEndNotify(wanted: WantedState, notify: SipMessage): BackEndNotify {
  return { ...readSubscriptionState(notify), ...readState(wanted, notify) }
}

/** Without a known state nobody can say what the NOTIFY means. */
function readSubscriptionState(notify: SipMessage): SubscriptionStateField {
  const value = notify.header('subscription-state') ?? ''
  const semicolon = value.indexOf(';')
  const name = (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase()
  const subscriptionState = STATES.find((state) => state === name)
  if (!subscriptionState) throw badRequest('No Subscription-State')
  const parameters = parseParameters(semicolon < 0 ? '' : value.slice(semicolon))
  return {
    subscriptionState,
    reason: parameters.get('reason')?.toLowerCase(),
    expires: parseDeltaSeconds(parameters.get('expires') ?? ''),
    retryAfter: parseDeltaSeconds(parameters.get('retry-after') ?? ''),
  }
}

/** The package must be equal byte by byte, and no id stand there, since none was sent. RFC 6665 §8.2.1 */
export function isEventOf({ event }: WantedState, notify: SipMessage): boolean {
  const named = parseEvent(notify.header('event') ?? '')
  return named?.package === event && named.id === undefined
}

function readState(
  { accept }: WantedState,
  notify: SipMessage,
): Pick<BackEndState, 'contentType' | 'body'> {
  if (notify.body.length === 0) return { contentType: undefined, body: undefined }
  if (notify.has('content-encoding')) throw unsupportedContentEncoding('identity')
  const contentType = notify.header('content-type') ?? ''
  const type = parseMediaType(contentType)?.type
  if (type === undefined || !accept.includes(type)) throw unsupportedMediaType(accept.join(', '))
  return { contentType, body: notify.body }
}
