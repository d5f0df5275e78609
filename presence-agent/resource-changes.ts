/** What follows from a change of event state: bodies are made anew and watchers told, those of packages that follow it too. */
import type { Aor } from '../core/uri/aor.ts'
import type { EventPackages } from './event-packages.ts'
import type { NotifyBodyStore } from './notify/notify-bodies.ts'
import type { NotifySender } from './notify/notify-sender.ts'
import type { Resource } from './resource.ts'
import type { Resources } from './resources.ts'
import type { Turns } from './turns.ts'

interface ResourceChangesOptions {
  readonly resources: Pick<Resources, 'find'>
  readonly bodies: Pick<NotifyBodyStore, 'changed'>
  readonly turns: Pick<Turns, 'add'>
  /** Asked for when something changes. */
  readonly told: () => {
    readonly packages: Pick<EventPackages, 'followers'>
    readonly sender: Pick<NotifySender, 'tell'>
  }
  /** The resource's state is another one, whether or not somebody watches. True: so may be who sees it, and it is changed again when that is decided. */
  readonly published: (resource: Resource) => boolean
}

export interface ResourceChanges {
  /** The resource's state is another one. */
  readonly changed: (resource: Resource) => void
  /** It may be another one, though nobody has published. */
  readonly recompose: (eventPackage: string, presentity: Aor) => void
}

export function createResourceChanges(options: ResourceChangesOptions): ResourceChanges {
  const { resources, bodies, turns, told, published } = options

  function changed(resource: Resource): void {
    const { packages, sender } = told()
    bodies.changed(resource)
    // Nobody is told by rules that hold no more. RFC 5025 §3.1.2
    if (published(resource)) return
    if (resource.subscriptions.size === 0) keepTextsOnly(resource)
    for (const subscription of resource.subscriptions) {
      // Who sees none of it must not even see that it changed.
      if (subscription.permissions.handling === 'allow') sender.tell(subscription, 'soon')
    }
    for (const name of packages.followers(resource.eventPackage.name)) {
      const follower = resources.find(name, resource.presentity)
      if (follower) changed(follower)
    }
  }

  return {
    changed,
    recompose(eventPackage, presentity) {
      const resource = resources.find(eventPackage, presentity)
      // Without watchers nothing is computed.
      if (!resource || resource.subscriptions.size === 0) return
      turns.add((turn) => {
        turn.afterwards(() => {
          changed(resource)
        })
      })
    },
  }
}

/** Nobody watches, so nothing is composed soon: trees that nobody asks for would fill the memory. */
function keepTextsOnly({ publications }: Resource): void {
  for (const publication of publications.values()) publication.state = undefined
}
