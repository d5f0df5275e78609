/** Composed bodies: a resource's state is composed once per change, and what was made of it is kept for those watched of late. */
import type { PublishedPackage } from '../event-package.ts'
import type { NotifyBodies, Publication, Resource } from '../resource.ts'

export interface ComposedBodies {
  /** Of the state as it is. */
  of(resource: Resource, eventPackage: PublishedPackage): NotifyBodies
  /** The resource's state is another one now. */
  changed(resource: Resource): void
}

/** Resources whose bodies are kept at once; those of others are made again when they are needed. */
const KEPT = 1_024

export function createComposedBodies(): ComposedBodies {
  /** Oldest first. */
  const kept = new Set<Resource>()

  function changed(resource: Resource): void {
    resource.notifyBodies = undefined
    kept.delete(resource)
  }

  function compose(resource: Resource, eventPackage: PublishedPackage): NotifyBodies {
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
    const bodies: NotifyBodies = { composed, bodies: new Map() }
    resource.notifyBodies = bodies
    kept.add(resource)
    for (const oldest of kept) {
      if (kept.size <= KEPT) break
      changed(oldest)
    }
    return bodies
  }

  return {
    changed,
    of: (resource, eventPackage) => resource.notifyBodies ?? compose(resource, eventPackage),
  }
}

/** The text is kept, not its tree. */
function forgetState(publication: Publication): void {
  publication.state = undefined
}
