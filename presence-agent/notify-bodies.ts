/** Bodies of NOTIFYs: serialized once per kind of watcher, and shared by all of that kind. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import { createComposedBodies } from './composed-bodies.ts'
import type { ComposedState, PublishedPackage } from './event-package.ts'
import { encoded, notifyBody, type NotifyBody } from './notify-body.ts'
import { ownBody, ownEntityTag } from './own-body.ts'
import { createPartialBodies, wantsPartial } from './partial-presence.ts'
import type { NotifyBodies, Resource, Subscription } from './resource.ts'

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

  /** As this watcher is told it. */
  function ownForm(body: NotifyBody, subscription: Subscription, eventPackage: PublishedPackage) {
    const { partial } = eventPackage
    if (partial && wantsPartial(subscription, partial)) {
      return partials.of(subscription, body, partial)
    }
    return numbered(body, subscription, eventPackage)
  }

  return {
    changed(resource) {
      composed.changed(resource)
    },
    bodyFor(subscription) {
      const { eventPackage } = subscription.resource
      if ('view' in eventPackage) return ownBody(subscription, eventPackage)
      return whenReady(plainBody(subscription, eventPackage), (body) =>
        encoded(ownForm(body, subscription, eventPackage), subscription.encoding),
      )
    },
    entityTag(subscription, encoding) {
      const { eventPackage } = subscription.resource
      if ('view' in eventPackage) return ownEntityTag(subscription)
      return whenReady(
        plainBody(subscription, eventPackage),
        (body: NotifyBody) => encoded(body, encoding).entityTag,
      )
    },
  }
}

function sharedBody(
  { permissions, profile }: Subscription,
  { composed, bodies }: NotifyBodies,
  contentType: string,
): MaybePromise<NotifyBody> {
  const made = bodies.get(permissions.key)?.get(profile)
  if (made) return made
  return whenReady(composed, (state: ComposedState) => {
    const body = notifyBody(state(permissions, profile), contentType)
    bodiesOf(bodies, permissions.key).set(profile, body)
    return body
  })
}

/** The number is no part of the entity: the tag stays. */
function numbered(
  body: NotifyBody,
  { cseq }: Subscription,
  eventPackage: PublishedPackage,
): NotifyBody {
  if (!eventPackage.number) return body
  const text = eventPackage.number(body.bytes.toString(), cseq)
  return notifyBody(text, body.contentType, body.entityTag)
}

function bodiesOf(bodies: NotifyBodies['bodies'], key: string): Map<WatcherProfile, NotifyBody> {
  let byProfile = bodies.get(key)
  if (!byProfile) bodies.set(key, (byProfile = new Map<WatcherProfile, NotifyBody>()))
  return byProfile
}
