/** Bodies of NOTIFYs: composed once per change of a resource, serialized once per kind of watcher, shared by all of that kind. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import type { ComposedState, PublishedPackage } from './event-package.ts'
import { encoded, notifyBody, type NotifyBody } from './notify-body.ts'
import { ownBody, ownEntityTag } from './own-body.ts'
import type { Publication, Resource, Subscription } from './resource.ts'

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

type BodiesByKind = NonNullable<Resource['notifyBodies']>['bodies']

/** Resources whose bodies are kept at once; those of others are made again when they are needed. */
const KEPT = 1_024

export function createNotifyBodies(): NotifyBodyStore {
  /** Oldest first. */
  const kept = new Set<Resource>()

  function changed(resource: Resource): void {
    resource.notifyBodies = undefined
    kept.delete(resource)
  }

  function compose(resource: Resource, eventPackage: PublishedPackage) {
    const publications = [...resource.publications.values()]
    const { presentity } = resource
    const composed = eventPackage.compose({ presentity, publications })
    for (const publication of publications) forgetState(publication)
    if (composed instanceof Promise) {
      composed.catch(() => {
        // It is asked for again by whoever waits for the NOTIFY.
        changed(resource)
      })
    }
    const bodies: BodiesByKind = new Map()
    resource.notifyBodies = { composed, bodies }
    kept.add(resource)
    for (const oldest of kept) {
      if (kept.size <= KEPT) break
      changed(oldest)
    }
    return { composed, bodies }
  }

  function plainBody(
    subscription: Subscription,
    eventPackage: PublishedPackage,
  ): MaybePromise<NotifyBody> {
    const bodies =
      subscription.resource.notifyBodies ?? compose(subscription.resource, eventPackage)
    return sharedBody(subscription, bodies, eventPackage.contentType)
  }

  return {
    changed,
    bodyFor(subscription) {
      const { eventPackage } = subscription.resource
      if ('view' in eventPackage) return ownBody(subscription, eventPackage)
      return whenReady(plainBody(subscription, eventPackage), (body) =>
        encoded(numbered(body, subscription, eventPackage), subscription.encoding),
      )
    },
    entityTag(subscription, encoding) {
      const { eventPackage } = subscription.resource
      if ('view' in eventPackage) return ownEntityTag(subscription)
      return whenReady(plainBody(subscription, eventPackage), (body) => {
        return encoded(body, encoding).entityTag
      })
    },
  }
}

function sharedBody(
  { permissions, profile }: Subscription,
  { composed, bodies }: NonNullable<Resource['notifyBodies']>,
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
  { number }: PublishedPackage,
): NotifyBody {
  if (!number) return body
  return notifyBody(number(body.bytes.toString(), cseq), body.contentType, body.entityTag)
}

function bodiesOf(bodies: BodiesByKind, key: string): Map<WatcherProfile, NotifyBody> {
  let byProfile = bodies.get(key)
  if (!byProfile) bodies.set(key, (byProfile = new Map<WatcherProfile, NotifyBody>()))
  return byProfile
}

/** The text is kept, not its tree. */
function forgetState(publication: Publication): void {
  publication.state = undefined
}
