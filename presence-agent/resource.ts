/** Resource: a presentity's event state in one event package, with what was published to it and who subscribes to it. */
import type { PublicationRecord } from '../core/model/event-state.ts'
import type { EntityTag } from '../core/model/entity-tag.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ComposedState, EventPackage } from './event-package.ts'
import type { Expiring } from './expiry-queue.ts'
import type { Subscription } from './subscription.ts'

export interface Publication extends Expiring {
  readonly record: PublicationRecord
  /** The parsed body, from the request until the next composition. */
  state?: unknown
}

export interface Resource {
  readonly presentity: Aor
  readonly eventPackage: EventPackage
  readonly publications: Map<EntityTag, Publication>
  readonly subscriptions: Set<Subscription>
  /** Made on demand for the state as it is, and dropped by every change. */
  notifyBodies: NotifyBodies | undefined
}

export interface NotifyBodies {
  readonly composed: MaybePromise<ComposedState>
  /** By sub-handling and watcher profile. */
  readonly bodies: Map<string, Buffer>
}

/** The resources that have a publication or a subscription. */
export interface Resources {
  find(eventPackage: string, presentity: Aor): Resource | undefined
  obtain(eventPackage: EventPackage, presentity: Aor): Resource
  /** Nothing may be left of the resource: the next sweep looks. */
  release(resource: Resource): void
  /** Forgets released resources that are still empty; not during a turn, whose writes may yet be undone. */
  sweep(): void
}

export function createResources(): Resources {
  const byPackage = new Map<string, Map<Aor, Resource>>()
  const released: Resource[] = []
  return {
    find: (eventPackage, presentity) => byPackage.get(eventPackage)?.get(presentity),
    obtain(eventPackage, presentity) {
      let resources = byPackage.get(eventPackage.name)
      if (!resources) byPackage.set(eventPackage.name, (resources = new Map<Aor, Resource>()))
      let resource = resources.get(presentity)
      if (!resource) {
        const publications = new Map<EntityTag, Publication>()
        const subscriptions = new Set<Subscription>()
        const notifyBodies = undefined
        resource = { presentity, eventPackage, publications, subscriptions, notifyBodies }
        resources.set(presentity, resource)
      }
      return resource
    },
    release(resource) {
      released.push(resource)
    },
    sweep() {
      for (const { eventPackage, presentity, publications, subscriptions } of released) {
        if (publications.size + subscriptions.size > 0) continue
        byPackage.get(eventPackage.name)?.delete(presentity)
      }
      released.length = 0
    },
  }
}
