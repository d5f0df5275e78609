/** Followed packages: whoever may see a state finds here what was published to it through any member of the service. RFC 3903 §4. */
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { EventPackage, PublishedPackage } from '../event-package.ts'
import type { AgentPackages } from '../packages/agent-packages.ts'
import type { FollowedResources } from './followed-resources.ts'

type Followed = Pick<FollowedResources, 'ready'>

/** The same packages; who asks one of them what he may see waits until what he would see is here. */
export function followedPackages(
  { presence, all }: AgentPackages,
  followed: Followed,
): AgentPackages {
  const followedPresence = followedPackage(presence, followed)
  return {
    presence: followedPresence,
    all: all.map((one): EventPackage => {
      if (one === presence) return followedPresence
      return 'readPublication' in one ? followedPackage(one, followed) : one
    }),
  }
}

function followedPackage(eventPackage: PublishedPackage, followed: Followed): PublishedPackage {
  return {
    ...eventPackage,
    authorize: (presentity, watcher) =>
      whenReady(followed.ready(eventPackage.name, presentity.aor), () =>
        eventPackage.authorize(presentity, watcher),
      ),
  }
}

/** Rules may ask for what was published in it. RFC 5025 §3.1.2 */
export function followingPresence(
  authorize: PublishedPackage['authorize'],
  followed: Followed,
): PublishedPackage['authorize'] {
  return (presentity, watcher) =>
    whenReady(followed.ready('presence', presentity.aor), () => authorize(presentity, watcher))
}
