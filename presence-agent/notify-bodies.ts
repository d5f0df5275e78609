/** Bodies of NOTIFYs: composed once per change of a resource, serialized once per kind of watcher, shared by all of that kind. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import type { ComposedState, NumberedPackage, PublishedPackage } from './event-package.ts'
import type { NotifyBody, Publication, Resource, Subscription } from './resource.ts'
import { viewOf } from './own-view.ts'

export interface NotifyBodyStore {
  /** What the watcher may see of the resource as it is; undefined: it has been told already. */
  bodyFor(subscription: Subscription): MaybePromise<NotifyBody | undefined>
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

  return {
    changed,
    bodyFor(subscription) {
      const { resource } = subscription
      const { eventPackage } = resource
      if ('view' in eventPackage) return ownBody(subscription, eventPackage)
      const bodies = resource.notifyBodies ?? compose(resource, eventPackage)
      return whenReady(sharedBody(subscription, bodies, eventPackage.contentType), (body) =>
        numbered(body, subscription, eventPackage),
      )
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
    const body = { bytes: Buffer.from(state(permissions, profile)), contentType }
    bodiesOf(bodies, permissions.key).set(profile, body)
    return body
  })
}

function numbered(
  body: NotifyBody,
  { cseq }: Subscription,
  eventPackage: PublishedPackage,
): NotifyBody {
  if (!eventPackage.number) return body
  const text = eventPackage.number(body.bytes.toString(), cseq)
  return { ...body, bytes: Buffer.from(text) }
}

/** Of a subscription that has documents of its own. */
function ownBody(
  subscription: Subscription,
  eventPackage: NumberedPackage,
): MaybePromise<NotifyBody | undefined> {
  const view = viewOf(subscription, eventPackage)
  if (subscription.ended) view.restate()
  // Every NOTIFY carries a document, so that its CSeq numbers the document too, and over a restart. RFC 3858 §3
  return whenReady(view.next(subscription.cseq), (document) => {
    if (!document) return undefined
    if (document.more && !subscription.ended) subscription.unsaid = true
    const { text, contentType = eventPackage.contentType } = document
    return { bytes: Buffer.from(text), contentType }
  })
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
