/** Refreshes or ends a subscription: a SUBSCRIBE inside its dialog. RFC 6665 §4.2.1.4. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { refreshedDialog } from '../core/sip/dialog.ts'
import { parseEvent } from '../core/sip/event.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import { ANY_ENTITY, readCondition } from './notify/notify-condition.ts'
import { isListPackage } from './lists/list-request.ts'
import { forbidden, noSuchSubscription, outOfOrder, serviceUnavailable } from './refusal.ts'
import type { AdmittedRequest } from './request-admission.ts'
import type { Subscription } from './resource.ts'
import { confirmSubscribe } from './subscribe-answer.ts'
import type { SubscribeParts } from './subscribe-parts.ts'
import {
  acceptedEncoding,
  checkLength,
  readSubscribe,
  type SubscribeRequest,
} from './subscribe-request.ts'
import { connectionOf, CSEQ_BLOCK, subscriptionRecord } from './subscription.ts'
import type { Job, Turn } from './turn-batch.ts'

/** Throws, or rejects with, the Refusal to answer; so does the job. */
export function refreshSubscription(
  parts: SubscribeParts,
  admitted: AdmittedRequest,
): MaybePromise<Job> {
  const { message } = admitted.request
  const checked = message.body.length > 0 ? checkNewList(parts, admitted) : undefined
  const met = whenReady(checked, () => isMet(parts, message))
  return whenReady(met, (known: boolean): Job => (turn) => {
    refresh(parts, admitted, known, turn)
  })
}

/** A list is replaced only by what could have begun it. RFC 5367 §5.1 */
function checkNewList(parts: SubscribeParts, admitted: AdmittedRequest): MaybePromise<void> {
  const { message } = admitted.request
  const subscription = parts.subscriptions.ofDialog(message)
  const reader = admitted.identity
  // It is refused in its turn.
  if (!subscription || reader === undefined || subscription.watcher !== reader) return undefined
  const { eventPackage } = subscription.resource
  if (!isListPackage(eventPackage)) return undefined
  const { content } = readSubscribe(message, eventPackage, parts)
  return content && parts.lists.check(admitted, { reader, eventPackage, content })
}

/** Whether the watcher has, as it says, what the NOTIFY would tell. RFC 5839 §6.3. */
function isMet(
  { subscriptions, bodies }: SubscribeParts,
  message: SipMessage,
): MaybePromise<boolean> {
  const condition = readCondition(message)
  if (condition === undefined || condition === ANY_ENTITY) return condition !== undefined
  const subscription = subscriptions.ofDialog(message)
  if (!subscription) return false
  const entityTag = bodies.entityTag(subscription, acceptedEncoding(message))
  return whenReady(entityTag, (tag) => tag === condition)
}

function refresh(parts: SubscribeParts, admitted: AdmittedRequest, met: boolean, turn: Turn): void {
  const { message } = admitted.request
  const subscription = parts.subscriptions.ofDialog(message)
  // A dialog that we do not know: 481, and the watcher subscribes anew. RFC 6665 §4.2.1.4
  if (!subscription) throw noSuchSubscription()
  parts.packages.of(message)
  const asked = readSubscribe(message, subscription.resource.eventPackage, parts)
  if (!isSameEvent(subscription.event, asked.event)) throw noSuchSubscription()
  if (subscription.watcher !== admitted.identity) throw forbidden()
  if (message.cseq.number <= subscription.dialog.remoteCseq) throw outOfOrder()
  const { duration, content = subscription.content } = asked
  const { watcher } = subscription
  if (!parts.subscriptions.room.isFor({ watcher, content }, subscription))
    throw serviceUnavailable()
  // What a new list selects nobody has yet; the same one again is none. RFC 5875 §4.7
  const isOther = content?.text !== subscription.content?.text
  const condition = met && !isOther ? asked.condition : undefined
  const undo = takeOver(subscription, admitted, { ...asked, condition })
  // A change of the subscription's own state is still to be told, without the entity. RFC 5839 §6.2
  const isKnown = condition !== undefined && !subscription.owed
  if (duration === 0) end(parts, subscription, turn, undo)
  else prolong(parts, subscription, duration, turn, undo)
  if (isKnown && duration === 0) parts.sender.forget(subscription)
  confirmSubscribe(parts, admitted, { subscription, duration, isKnown }, turn)
}

/** The dialog goes on as the request says; gives what puts it back. */
function takeOver(
  subscription: Subscription,
  { request: { message, flow } }: AdmittedRequest,
  asked: SubscribeRequest,
): () => void {
  const { dialog, flow: flowBefore, cseqReserved, event, accept, content } = subscription
  const { encoding, condition } = subscription
  const refreshed = refreshedDialog(dialog, message)
  checkLength(refreshed, asked.event)
  subscription.dialog = refreshed
  subscription.flow = flow
  subscription.connection = connectionOf(flow) ?? subscription.connection
  subscription.head = undefined
  subscription.event = asked.event
  // That of the last SUBSCRIBE counts. RFC 3856 §6.7
  subscription.accept = asked.accept
  // What it brings replaces what an earlier one brought; without a body that goes on to count. RFC 6665 §4.1.2.2
  subscription.content = asked.content ?? content
  subscription.encoding = asked.encoding
  subscription.condition = asked.condition
  const before = {
    dialog,
    flow: flowBefore,
    cseqReserved,
    event,
    accept,
    content,
    encoding,
    condition,
  }
  return () => {
    Object.assign(subscription, { ...before, head: undefined })
  }
}

function prolong(
  { subscriptions, pace, clock }: SubscribeParts,
  subscription: Subscription,
  duration: number,
  turn: Turn,
  undo: () => void,
): void {
  const { dueAt } = subscription
  subscription.cseqReserved = subscription.cseq + CSEQ_BLOCK
  subscriptions.expireAt(subscription, clock.now() + duration * 1000)
  pace.grant(subscription, subscription.event)
  turn.write({ put: 'subscription', record: subscriptionRecord(subscription) }, () => {
    undo()
    subscriptions.expireAt(subscription, dueAt)
    pace.grant(subscription, subscription.event)
  })
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
