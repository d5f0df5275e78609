/** Who sees people of another network: whom they let themselves, as their gateway knows. Of rules there are none here. RFC 8048 §5.3. */
import type { NeighbourPresence } from '../../core/model/neighbour-presence.ts'
import { unfiltered, type Permissions } from '../../core/model/permissions.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { EventPackage } from '../event-package.ts'

export type NeighbourPermissions = (presentity: Aor, watcher: Aor | undefined) => Permissions

/** Nobody who does not say who they are is let in, or asked for. */
export function createNeighbourPermissions(
  neighbour: Pick<NeighbourPresence, 'handling' | 'refusal'> | undefined,
): NeighbourPermissions {
  return (presentity, watcher) => {
    if (watcher === undefined || !neighbour) return unfiltered('block')
    const permissions = unfiltered(neighbour.handling(presentity, watcher))
    if (permissions.handling !== 'block') return permissions
    return { ...permissions, refusal: neighbour.refusal(presentity, watcher) }
  }
}

/** Nothing but presence comes from another network: in any other package its people are nobody's to watch. */
export function withoutNeighbours<P extends EventPackage>(eventPackage: P): P {
  return {
    ...eventPackage,
    authorize: (presentity, watcher) =>
      presentity.domain.isNeighbour
        ? unfiltered('block')
        : eventPackage.authorize(presentity, watcher),
  }
}
