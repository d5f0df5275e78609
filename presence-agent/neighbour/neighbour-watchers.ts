/** Tells a gateway who begins to watch its people, and who looks once; of refreshes it hears nothing. RFC 8048 §5.3, §7.2. */
import type { Domains } from '../../core/model/domain.ts'
import type { NeighbourPresence } from '../../core/model/neighbour-presence.ts'
import type { Subscription } from '../resource.ts'
import type { Watchers } from '../watcher-info/watchers.ts'

export function tellingNeighbour(
  watchers: Watchers,
  domains: Domains,
  neighbour: NeighbourPresence,
): Watchers {
  const isOfNeighbour = ({ presentity }: Subscription) =>
    domains.of(presentity)?.isNeighbour === true
  return {
    ...watchers,
    began(subscription, turn) {
      watchers.began(subscription, turn)
      const { presentity, watcher } = subscription
      if (watcher === undefined || !isOfNeighbour(subscription)) return
      // Several phones of hers are one watcher to whoever is asked.
      if (isOneOfSeveral(subscription)) return
      turn.afterwards(() => {
        neighbour.subscribed(presentity, watcher)
      })
    },
    fetched(subscription, turn) {
      const { presentity, watcher } = subscription
      if (!isOfNeighbour(subscription)) {
        watchers.fetched(subscription, turn)
        return
      }
      // A fetch asks nobody for anything, so that nobody is remembered for it; and a list must not look for hundreds at once.
      if (watcher === undefined || subscription.heardBy) return
      turn.afterwards(() => {
        neighbour.fetched(presentity, watcher)
      })
    },
  }
}

function isOneOfSeveral(subscription: Subscription): boolean {
  for (const other of subscription.resource.subscriptions) {
    if (other !== subscription && other.watcher === subscription.watcher) return true
  }
  return false
}
