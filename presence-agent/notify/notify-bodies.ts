/** Bodies of NOTIFYs: serialized once per kind of watcher, and shared by all of that kind. */
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { WatcherProfile } from '../../core/model/watcher-profile.ts'
import { createComposedBodies } from './composed-bodies.ts'
import type { ComposedState, PublishedPackage } from '../event-package.ts'
import { encoded, notifyBody, type NotifyBody } from './notify-body.ts'
import { ownBody, ownEntityTag } from './own-body.ts'
import { createPartialBodies, wantsPartial, type PartialBodies } from './partial-presence.ts'
import type { NotifyBodies, Resource, Subscription } from '../resource.ts'

export interface NotifyBodyStore {
  /** What the watcher may see of the resource as it is; undefined: it has been told already. */
  bodyFor(subscription: Subscription): MaybePromise<NotifyBody | undefined>
  /** The tag of that, in this coding; undefined: there is something that the watcher cannot have. RFC 5839 §6.3 */
  entityTag(
    subscription: Subscription,
    encoding: Subscription['encoding'],
  ): MaybePromise<string | undefined>
  /** The resource's state is another one now. */
  changed(resource: Resource): void
}

export function createNotifyBodies(): NotifyBodyStore {
  const composed = createComposedBodies()
  const partials = createPartialBodies()

  function plainBody(
    subscription: Subscription,
    eventPackage: PublishedPackage,
  ): MaybePromise<NotifyBody> {
    const bodies = composed.of(subscription.resource, eventPackage)
    return sharedBody(subscription, bodies, eventPackage.contentType)
  }

  return {
    changed(resource) {
      composed.changed(resource)
    },
    bodyFor(subscription) {
      const { eventPackage } = subscription.resource
      if ('view' in eventPackage) return ownBody(subscription, eventPackage)
      const { encoding } = subscription
      return whenReady(plainBody(subscription, eventPackage), (body) => {
        if (isKnown(subscription, body)) return undefined
        subscription.toldTag = body.entityTag
        const own = ownForm(partials, body, subscription, eventPackage)
        return own ? encoded(own, encoding, '') : encoded(body, encoding)
      })
    },
    entityTag(subscription, encoding) {
      const { eventPackage } = subscription.resource
      if ('view' in eventPackage) return ownEntityTag(subscription)
      const isOwn = hasOwnForm(subscription, eventPackage)
      return whenReady(plainBody(subscription, eventPackage), (body: NotifyBody) => {
        // A part's tag is that of the whole, in whatever coding the part comes. RFC 5839 §6.4
        return isOwn ? body.entityTag : encoded(body, encoding).entityTag
      })
    },
  }
}

/** What changed is nothing that the rules let this watcher see: nor may it see that something did. RFC 5025 §3.3 */
function isKnown(subscription: Subscription, { entityTag }: NotifyBody): boolean {
  const { permissions, owed, toldTag, heardBy } = subscription
  // Who hears of it compares by itself.
  if (permissions.filter === undefined || heardBy !== undefined) return false
  return !owed && toldTag === entityTag
}

function sharedBody(
  subscription: Subscription,
  { composed, bodies }: NotifyBodies,
  contentType: string,
): MaybePromise<NotifyBody> {
  return whenReady(composed, (state: ComposedState) => {
    // As they are when the body is made: composing takes its time, and the rules may change meanwhile.
    const { permissions, profile } = subscription
    const made = bodies.get(permissions.key)?.get(profile)
    if (made) return made
    const body = notifyBody(state(permissions, profile), contentType)
    bodiesOf(bodies, permissions.key).set(profile, body)
    return body
  })
}

/** What is made for this watcher alone; undefined: it is told what all of its kind are. */
function ownForm(
  partials: PartialBodies,
  body: NotifyBody,
  subscription: Subscription,
  eventPackage: PublishedPackage,
): NotifyBody | undefined {
  const { partial } = eventPackage
  if (partial && wantsPartial(subscription, partial)) {
    return partials.of(subscription, body, partial)
  }
  return numbered(body, subscription, eventPackage)
}

function hasOwnForm(subscription: Subscription, eventPackage: PublishedPackage): boolean {
  const { partial } = eventPackage
  return 'number' in eventPackage || (partial !== undefined && wantsPartial(subscription, partial))
}

/** The number is no part of the entity: the tag stays. Undefined: documents have none. */
function numbered(
  body: NotifyBody,
  { cseq }: Subscription,
  eventPackage: PublishedPackage,
): NotifyBody | undefined {
  const text = eventPackage.number?.(body.bytes.toString(), cseq)
  return text === undefined ? undefined : notifyBody(text, body.contentType, body.entityTag)
}

function bodiesOf(bodies: NotifyBodies['bodies'], key: string): Map<WatcherProfile, NotifyBody> {
  let byProfile = bodies.get(key)
  if (!byProfile) bodies.set(key, (byProfile = new Map<WatcherProfile, NotifyBody>()))
  return byProfile
}
