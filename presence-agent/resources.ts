/** The resources that somebody has published to or subscribes to, by event package and presentity. */
import type { EntityTag } from '../core/model/entity-tag.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { EventPackage } from './event-package.ts'
import type { Publication, Resource, Subscription } from './resource.ts'

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
