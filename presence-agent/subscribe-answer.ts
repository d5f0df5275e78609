/** Answers a SUBSCRIBE: the 2xx, and the NOTIFY that follows it. RFC 6665 §4.2.1.1, §4.2.1.2. */
import type { SipMessage } from '../core/sip/sip-message.ts'
import { answer } from './answer.ts'
import { contactUri } from './notify/notify-route.ts'
import type { AdmittedRequest } from './request-admission.ts'
import type { Subscription } from './resource.ts'
import type { SubscribeParts } from './subscribe-parts.ts'
import { requiredExtension } from './subscription.ts'
import type { Turn } from './turn-batch.ts'

interface Granted {
  readonly subscription: Subscription
  /** In seconds. */
  readonly duration: number
  /** The watcher has what a NOTIFY would tell. */
  readonly isKnown?: boolean
}

export function confirmSubscribe(
  { sip, sender }: Pick<SubscribeParts, 'sip' | 'sender'>,
  { request }: AdmittedRequest,
  { subscription, duration, isKnown = false }: Granted,
  turn: Turn,
): void {
  const { message, flow } = request
  const contact = `Contact: <${contactUri(sip, flow, subscription.dialog)}>\r\n`
  const required = requiredExtension(subscription.resource.eventPackage)
  const headers = `Expires: ${duration}\r\n${contact}${required}${recordRoute(message)}`
  const toTag = subscription.dialog.localTag
  // 204: no NOTIFY follows. RFC 5839 §6.3. Otherwise 200, never 202. RFC 6665 §4.2.1.1
  answer(turn, request, { status: isKnown ? 204 : 200, toTag, headers })
  if (isKnown) return
  // Every 2xx is followed by a NOTIFY at once. RFC 6665 §4.2.1.2
  turn.afterwards(() => {
    sender.tell(subscription, 'now')
  })
}

/** Copied into the 2xx, in order and unchanged. RFC 3261 §12.1.1. */
function recordRoute(message: SipMessage): string {
  return message
    .headers('record-route')
    .map((value) => `Record-Route: ${value}\r\n`)
    .join('')
}
