/** Bodies of NOTIFYs: composed once per change of a resource, serialized once per kind of watcher, shared by all of that kind. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { SubHandling } from '../core/model/presence-policy.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import type { ComposedState } from './event-package.ts'
import type { Publication, Resource, Subscription } from './resource.ts'

export interface NotifyBodyStore {
  /** What the watcher may see of the resource as it is. */
  bodyFor(subscription: Subscription): MaybePromise<Buffer>
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

  function compose(resource: Resource) {
    const publications = [...resource.publications.values()]
    const { presentity, eventPackage } = resource
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
    bodyFor({ resource, handling, profile }) {
      const { composed, bodies } = resource.notifyBodies ?? compose(resource)
      const made = bodies.get(handling)?.get(profile)
      if (made) return made
      return whenReady(composed, (state: ComposedState) => {
        const body = Buffer.from(state(handling, profile))
        bodiesOf(bodies, handling).set(profile, body)
        return body
      })
    },
  }
}

function bodiesOf(bodies: BodiesByKind, handling: SubHandling): Map<WatcherProfile, Buffer> {
  let byProfile = bodies.get(handling)
  if (!byProfile) bodies.set(handling, (byProfile = new Map<WatcherProfile, Buffer>()))
  return byProfile
}

/** The text is kept, not its tree. */
function forgetState(publication: Publication): void {
  publication.state = undefined
}
