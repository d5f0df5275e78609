/** The resources that somebody has published to or subscribes to, by event package and presentity. */
import type { EntityTag } from '../core/model/entity-tag.ts'
import { detachedText } from '../core/sip/octet-text.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { EventPackage } from './event-package.ts'
import type { Publication, Resource, Subscription } from './resource.ts'

export interface Resources {
  find(eventPackage: string, presentity: Aor): Resource | undefined
  /** Makes it where there is none; it holds its own copy of the address, not a piece of a message. */
  obtain(eventPackage: EventPackage, presentity: Aor): Resource
  all(): Iterable<Resource>
  /** Nothing may be left of the resource: the next sweep looks. */
  release(resource: Resource): void
  /** Forgets released resources that are still empty; not during a turn, whose writes may yet be undone. */
  sweep(): void
}

/** `left`: hears at each sweep which resources were released. */
export function createResources(left?: (resource: Resource) => void): Resources {
  const byPackage = new Map<string, Map<Aor, Resource>>()
  const released: Resource[] = []
  return {
    find: (eventPackage, presentity) => byPackage.get(eventPackage)?.get(presentity),
    obtain(eventPackage, presentity) {
      let resources = byPackage.get(eventPackage.name)
      if (!resources) byPackage.set(eventPackage.name, (resources = new Map<Aor, Resource>()))
      let resource = resources.get(presentity)
      if (!resource) {
        resource = newResource(eventPackage, detachedText(presentity) as Aor)
        resources.set(resource.presentity, resource)
      }
      return resource
    },
    *all() {
      for (const resources of byPackage.values()) yield* resources.values()
    },
    release(resource) {
      released.push(resource)
    },
    sweep() {
      for (const resource of released) {
        left?.(resource)
        const { eventPackage, presentity, publications, subscriptions } = resource
        if (publications.size + subscriptions.size > 0) continue
        const resources = byPackage.get(eventPackage.name)
        if (resources?.get(presentity) === resource) resources.delete(presentity)
      }
      released.length = 0
    },
  }
}

function newResource(eventPackage: EventPackage, presentity: Aor): Resource {
  return {
    presentity,
    eventPackage,
    publications: new Map<EntityTag, Publication>(),
    revision: 0,
    subscriptions: new Set<Subscription>(),
    notifyBodies: undefined,
  }
}
