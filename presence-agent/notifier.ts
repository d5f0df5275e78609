/** Notifier: accepts SUBSCRIBE and keeps its watchers told. RFC 6665 §4.2, RFC 3856 §6. */
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Presentity } from '../core/model/presentity.ts'
import { watcherProfileOf } from '../core/model/watcher-profile.ts'
import { parseEvent } from '../core/sip/event.ts'
import { detachedText } from '../core/sip/octet-text.ts'
import type { Aor } from '../core/uri/aor.ts'
import { dialogLength, refreshedDialog, uasDialog, type Dialog } from '../core/sip/dialog.ts'
import { randomToken } from '../core/sip/random-token.ts'
import type { SipEndpoint } from '../core/sip/sip-endpoint.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import { answer } from './answer.ts'
import type { DurationBounds } from './duration.ts'
import type { EventPackages } from './event-packages.ts'
import type { NotifySender } from './notify-sender.ts'
import { contactUri } from './notify-route.ts'
import {
  badRequest,
  forbidden,
  messageTooLarge,
  noSuchSubscription,
  notFound,
  outOfOrder,
  serviceUnavailable,
} from './refusal.ts'
import type { AdmittedRequest } from './request-admission.ts'
import type { Resources } from './resources.ts'
import { readSubscribe, type SubscribeRequest } from './subscribe-request.ts'
import type { Subscription } from './resource.ts'
import { connectionOf, CSEQ_BLOCK, newSubscription, subscriptionRecord } from './subscription.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Turn } from './turn-batch.ts'
import type { Watchers } from './watchers.ts'

export interface Notifier {
  readonly subscribe: (admitted: AdmittedRequest, turn: Turn) => void
}

interface NotifierParts {
  readonly sip: SipEndpoint
  readonly packages: EventPackages
  readonly resources: Resources
  readonly subscriptions: Subscriptions
  readonly watchers: Watchers
  readonly sender: NotifySender
  readonly durations: DurationBounds
  readonly domains: Domains
  readonly clock: Clock
}

export function createNotifier(parts: NotifierParts): Notifier {
  return {
    subscribe(admitted, turn) {
      if (admitted.request.message.toTag === '') begin(parts, admitted, turn)
      else refresh(parts, admitted, turn)
    },
  }
}

function begin(parts: NotifierParts, admitted: AdmittedRequest, turn: Turn): void {
  const { packages, durations, subscriptions, resources, watchers } = parts
  const asked = readSubscribe(admitted.request.message, packages, durations)
  if (!subscriptions.hasRoom(admitted.identity)) throw serviceUnavailable()
  const subscription = opened(parts, admitted, asked)
  if (asked.duration === 0) {
    // A fetch: nothing is kept, one NOTIFY tells the state. RFC 6665 §4.4.3
    subscription.ended = 'timeout'
    resources.release(subscription.resource)
    watchers.fetched(subscription, turn)
  } else {
    subscriptions.add(subscription)
    turn.write({ put: 'subscription', record: subscriptionRecord(subscription) }, () => {
      subscriptions.remove(subscription)
    })
    watchers.began(subscription, turn)
  }
  confirm(parts, admitted, { subscription, duration: asked.duration }, turn)
}

function opened(
  { domains, resources, clock }: NotifierParts,
  admitted: AdmittedRequest,
  { eventPackage, event, accept, duration }: SubscribeRequest,
): Subscription {
  const { message, flow } = admitted.request
  const presentity = watchedPresentity(admitted, domains)
  const handling = eventPackage.authorize(presentity, admitted.identity)
  if (handling === 'block') throw forbidden()
  const now = clock.now()
  const dialog = uasDialog(message, randomToken())
  if (!dialog) throw badRequest('No Usable Contact Or Tag')
  checkLength(dialog, event)
  return newSubscription({
    resource: resources.obtain(eventPackage, presentity.aor),
    watcher: detached(admitted.identity),
    profile: watcherProfileOf(message.header('user-agent')),
    event,
    accept,
    handling,
    dialog,
    flow,
    subscribedAt: now,
    dueAt: now + duration * 1000,
  })
}

/** Octets that one subscription may make us keep, and repeat in every NOTIFY. */
const LONGEST_DIALOG = 4_096

function checkLength(dialog: Dialog, event: string): void {
  if (dialogLength(dialog) + event.length > LONGEST_DIALOG) throw messageTooLarge()
}

/** A copy, not a piece of the message. */
function detached(watcher: Aor | undefined): Aor | undefined {
  return watcher === undefined ? undefined : (detachedText(watcher) as Aor)
}

function watchedPresentity(
  { presentity, address, ownDomain }: AdmittedRequest,
  domains: Domains,
): Pick<Presentity, 'aor' | 'domain'> {
  if (presentity) return presentity
  const domain = address && domains.of(address)
  // Members of our domains learn that nobody is there; strangers see what they would see of somebody silent.
  if (!domain || ownDomain) throw notFound()
  return { aor: address, domain }
}

function refresh(parts: NotifierParts, admitted: AdmittedRequest, turn: Turn): void {
  const { message, flow } = admitted.request
  const subscription = parts.subscriptions.ofDialog(message)
  // A dialog that we do not know: 481, and the watcher subscribes anew. RFC 6665 §4.2.1.4
  if (!subscription) throw noSuchSubscription()
  const { event, duration } = readSubscribe(message, parts.packages, parts.durations)
  if (!isSameEvent(subscription.event, event)) throw noSuchSubscription()
  if (subscription.watcher !== admitted.identity) throw forbidden()
  if (message.cseq.number <= subscription.dialog.remoteCseq) throw outOfOrder()
  const { dialog, dueAt, flow: flowBefore, cseqReserved } = subscription
  const refreshed = refreshedDialog(dialog, message)
  checkLength(refreshed, subscription.event)
  subscription.dialog = refreshed
  subscription.flow = flow
  subscription.connection = connectionOf(flow) ?? subscription.connection
  subscription.head = undefined
  const undo = () => {
    Object.assign(subscription, { dialog, flow: flowBefore, cseqReserved, head: undefined })
  }
  if (duration === 0) end(parts, subscription, turn, undo)
  else {
    prolong(parts, subscription, duration, turn, () => {
      undo()
      parts.subscriptions.expireAt(subscription, dueAt)
    })
  }
  confirm(parts, admitted, { subscription, duration }, turn)
}

function prolong(
  { subscriptions, clock }: NotifierParts,
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
  { subscriptions, watchers }: NotifierParts,
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

function confirm(
  { sip, sender }: NotifierParts,
  { request }: AdmittedRequest,
  { subscription, duration }: { subscription: Subscription; duration: number },
  turn: Turn,
): void {
  const { message, flow } = request
  const contact = `Contact: <${contactUri(sip, flow)}>\r\n`
  const headers = `Expires: ${duration}\r\n${contact}${recordRoute(message)}`
  const toTag = subscription.dialog.localTag
  // 200, never 202. RFC 6665 §4.2.1.1
  answer(turn, request, { status: 200, toTag, headers })
  // Every 2xx is followed by a NOTIFY at once. RFC 6665 §4.2.1.2
  turn.afterwards(() => {
    subscription.view?.restate()
    sender.tell(subscription, 'now')
  })
}

/** Package and id must match byte by byte. RFC 6665 §8.2.1. */
function isSameEvent(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [parseEvent(one), parseEvent(other)]
  return a?.package === b?.package && a?.id === b?.id
}

/** Copied into the 2xx, in order and unchanged. RFC 3261 §12.1.1. */
function recordRoute(message: SipMessage): string {
  return message
    .headers('record-route')
    .map((value) => `Record-Route: ${value}\r\n`)
    .join('')
}
