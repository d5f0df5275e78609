/** Refreshes or ends a subscription: a SUBSCRIBE inside its dialog. RFC 6665 §4.2.1.4. */
import { parseEvent } from '../core/sip/event.ts'
import { refreshedDialog } from '../core/sip/dialog.ts'
import { forbidden, noSuchSubscription, outOfOrder } from './refusal.ts'
import type { AdmittedRequest } from './request-admission.ts'
import type { Subscription } from './resource.ts'
import { confirmSubscribe } from './subscribe-answer.ts'
import type { SubscribeParts } from './subscribe-parts.ts'
import { checkLength, readSubscribe, type SubscribeRequest } from './subscribe-request.ts'
import { connectionOf, CSEQ_BLOCK, subscriptionRecord } from './subscription.ts'
import type { Turn } from './turn-batch.ts'

/** Throws the Refusal to answer. */
export function refreshSubscription(
  parts: SubscribeParts,
  admitted: AdmittedRequest,
  turn: Turn,
): void {
  const { message } = admitted.request
  const subscription = parts.subscriptions.ofDialog(message)
  // A dialog that we do not know: 481, and the watcher subscribes anew. RFC 6665 §4.2.1.4
  if (!subscription) throw noSuchSubscription()
  const asked = readSubscribe(message, parts)
  if (!isSameEvent(subscription.event, asked.event)) throw noSuchSubscription()
  if (subscription.watcher !== admitted.identity) throw forbidden()
  if (message.cseq.number <= subscription.dialog.remoteCseq) throw outOfOrder()
  const { duration } = asked
  const { dueAt } = subscription
  const undo = takeOver(subscription, admitted, asked)
  if (duration === 0) end(parts, subscription, turn, undo)
  else {
    prolong(parts, subscription, duration, turn, () => {
      undo()
      parts.subscriptions.expireAt(subscription, dueAt)
    })
  }
  confirmSubscribe(parts, admitted, { subscription, duration }, turn)
}

/** The dialog goes on as the request says; gives what puts it back. */
function takeOver(
  subscription: Subscription,
  { request: { message, flow } }: AdmittedRequest,
  asked: SubscribeRequest,
): () => void {
  const { dialog, flow: flowBefore, cseqReserved, content } = subscription
  const refreshed = refreshedDialog(dialog, message)
  checkLength(refreshed, subscription.event)
  subscription.dialog = refreshed
  subscription.flow = flow
  subscription.connection = connectionOf(flow) ?? subscription.connection
  subscription.head = undefined
  // What it brings replaces what an earlier one brought; without a body that goes on to count. RFC 6665 §4.1.2.2
  subscription.content = asked.content ?? content
  return () => {
    Object.assign(subscription, {
      dialog,
      flow: flowBefore,
      cseqReserved,
      content,
      head: undefined,
    })
  }
}

function prolong(
  { subscriptions, clock }: SubscribeParts,
  subscription: Subscription,
  duration: number,
  turn: Turn,
  undo: () => void,
): void {
  subscription.cseqReserved = subscription.cseq + CSEQ_BLOCK
  subscriptions.expireAt(subscription, clock.now() + duration * 1000)
  turn.write({ put: 'subscription', record: subscriptionRecord(subscription) }, undo)
}

/** Unsubscribed: the final NOTIFY follows, with the state. RFC 6665 §4.2.1.4. */
function end(
  { subscriptions, watchers }: SubscribeParts,
  subscription: Subscription,
  turn: Turn,
  undo: () => void,
): void {
  subscriptions.remove(subscription)
  subscription.ended = 'timeout'
  watchers.ended(subscription, 'timeout', turn, () => {
    undo()
    subscription.ended = undefined
    subscriptions.add(subscription)
  })
}

/** Package and id must match byte by byte. RFC 6665 §8.2.1. */
function isSameEvent(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [parseEvent(one), parseEvent(other)]
  return a?.package === b?.package && a?.id === b?.id
}
