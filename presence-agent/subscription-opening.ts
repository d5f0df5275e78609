/** Opens a subscription: a SUBSCRIBE outside of any dialog. RFC 6665 §4.2.1, RFC 3856 §6.6. */
import type { Domains } from '../core/model/domain.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { unfiltered, type Permissions } from '../core/model/permissions.ts'
import type { Presentity } from '../core/model/presentity.ts'
import { listProfileOf, watcherProfileOf } from '../core/model/watcher-profile.ts'
import { uasDialog } from '../core/sip/dialog.ts'
import { detachedText } from '../core/sip/octet-text.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { EventPackage, NumberedPackage } from './event-package.ts'
import { isHiddenNumber } from './known-existence.ts'
import { isListPackage } from './lists/list-request.ts'
import { badRequest, forbidden, notFound, Refusal, serviceUnavailable } from './refusal.ts'
import { openingCondition } from './notify/notify-condition.ts'
import { endReplaced } from './replaced-subscriptions.ts'
import type { AdmittedRequest } from './request-admission.ts'
import type { Subscription } from './resource.ts'
import { confirmSubscribe } from './subscribe-answer.ts'
import type { SubscribeParts } from './subscribe-parts.ts'
import { checkLength, readSubscribe, type SubscribeRequest } from './subscribe-request.ts'
import { newSubscription, subscriptionRecord } from './subscription.ts'
import type { Job, Turn } from './turn-batch.ts'

/** A SUBSCRIBE of which everything is known. */
interface Opening {
  readonly admitted: AdmittedRequest
  readonly asked: SubscribeRequest
  readonly presentity: Aor
  readonly permissions: Permissions
  /** When the permissions were asked for. */
  readonly generation: number
}

/** Throws, or rejects with, the Refusal to answer; so does the job. */
export function openSubscription(
  parts: SubscribeParts,
  admitted: AdmittedRequest,
): MaybePromise<Job> {
  const { message } = admitted.request
  const { eventPackage } = parts.packages.of(message)
  const list = parts.lists.asked(admitted, eventPackage)
  if (list) return openList(parts, admitted, eventPackage, list)
  const asked = readSubscribe(message, eventPackage, parts)
  const presentity = watchedPresentity(admitted, parts.domains)
  const { generation } = parts.reAuthorization
  const permissions = asked.eventPackage.authorize(presentity, admitted.identity)
  return whenReady(permissions, (known): Job => {
    if (known.handling !== 'allow' && isHiddenNumber(admitted)) throw notFound()
    const opening = {
      ...{ admitted, asked, presentity: presentity.aor, generation },
      permissions: known,
    }
    return (turn) => {
      begin(parts, opening, turn)
    }
  })
}

/** A list is its subscriber's own, wherever it comes from. RFC 4662 §4.4 */
function openList(
  parts: SubscribeParts,
  admitted: AdmittedRequest,
  eventPackage: EventPackage,
  list: NumberedPackage,
): MaybePromise<Job> {
  const asked = readSubscribe(admitted.request.message, list, parts)
  const reader = admitted.identity
  if (reader === undefined) throw forbidden()
  const { generation } = parts.reAuthorization
  const checked = parts.lists.check(admitted, { reader, eventPackage, content: asked.content })
  return whenReady(checked, (): Job => (turn) => {
    const permissions = unfiltered('allow')
    begin(parts, { admitted, asked, presentity: reader, permissions, generation }, turn)
  })
}

function begin(parts: SubscribeParts, opening: Opening, turn: Turn): void {
  const { subscriptions, resources, watchers, pace } = parts
  const { admitted, asked } = opening
  const { content } = asked
  if (!subscriptions.room.isFor({ watcher: admitted.identity, content })) throw serviceUnavailable()
  const subscription = opened(parts, opening)
  if (asked.duration === 0) {
    // A fetch: nothing is kept, one NOTIFY tells the state. RFC 6665 §4.4.3
    subscription.ended = 'timeout'
    resources.release(subscription.resource)
    watchers.fetched(subscription, turn)
  } else {
    endReplaced(parts, subscription, turn)
    subscriptions.add(subscription)
    pace.grant(subscription, asked.event)
    turn.write({ put: 'subscription', record: subscriptionRecord(subscription) }, () => {
      subscriptions.remove(subscription)
    })
    watchers.began(subscription, turn)
    parts.reAuthorization.added(subscription, opening.generation)
  }
  confirmSubscribe(parts, admitted, { subscription, duration: asked.duration }, turn)
}

function opened(
  { resources, clock, sip }: SubscribeParts,
  { admitted, asked, presentity, permissions }: Opening,
): Subscription {
  const { message, flow } = admitted.request
  if (permissions.handling === 'block') throw new Refusal(permissions.refusal ?? 403)
  const now = clock.now()
  const dialog = uasDialog(message, sip.dialogTag(message))
  if (!dialog) throw badRequest('No Usable Contact Or Tag')
  checkLength(dialog, asked.event)
  return newSubscription({
    resource: resources.obtain(asked.eventPackage, presentity),
    watcher: detached(admitted.identity),
    profile: profileFor(asked.eventPackage)(message.header('user-agent')),
    event: asked.event,
    accept: asked.accept,
    content: asked.content,
    encoding: asked.encoding,
    condition: openingCondition(asked),
    permissions,
    dialog,
    flow,
    subscribedAt: now,
    dueAt: now + asked.duration * 1000,
  })
}

function profileFor(eventPackage: EventPackage): typeof watcherProfileOf {
  return isListPackage(eventPackage) ? listProfileOf : watcherProfileOf
}

/** A copy, not a piece of the message. */
function detached(watcher: Aor | undefined): Aor | undefined {
  return watcher === undefined ? undefined : (detachedText(watcher) as Aor)
}

function watchedPresentity(
  { presentity, address, learnsWhoExists }: AdmittedRequest,
  domains: Domains,
): Pick<Presentity, 'aor' | 'domain'> {
  if (presentity) return presentity
  const domain = address && domains.of(address)
  // Members of the domain learn that nobody is there; all others see what they would see of somebody silent.
  if (!domain || learnsWhoExists) throw notFound()
  return { aor: address, domain }
}
