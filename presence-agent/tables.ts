/** The agent's memory: who published, who subscribes, who is registered. What expires goes through a turn like any request. */
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { NeighbourPresence } from '../core/model/neighbour-presence.ts'
import { createBindings, type Bindings } from './registration/bindings.ts'
import type { Endings } from './endings.ts'
import type { AgentLimits } from './limits.ts'
import type { MemberHooks } from './members/member-hooks.ts'
import { tellingNeighbour } from './neighbour/neighbour-watchers.ts'
import { createPublications, type Publications } from './publications.ts'
import type { Subscription } from './resource.ts'
import { createResources, type Resources } from './resources.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'
import type { Turns } from './turns.ts'
import { createWatchers, type Watchers } from './watcher-info/watchers.ts'

export interface Tables {
  readonly resources: Resources
  readonly publications: Publications
  readonly subscriptions: Subscriptions
  readonly watchers: Watchers
  readonly bindings: Bindings
}

interface TablesOptions {
  readonly clock: Clock
  readonly limits: AgentLimits
  readonly turns: Turns
  readonly domains: Domains
  readonly neighbour?: NeighbourPresence
  /** Asked for when something expires. */
  readonly endings: () => Endings
  /** There is something new to tell. */
  readonly tell: (subscription: Subscription) => void
  /** Absent: nobody else writes to the store. */
  readonly membership?: MemberHooks | undefined
}

export function createTables(options: TablesOptions): Tables {
  const { clock, limits, turns, domains, neighbour, endings, tell, membership } = options
  const resources = createResources(membership?.left)
  const shared = { resources, clock, limits }
  const watchers = createWatchers({ ...shared, turns, elsewhere: membership?.watchersElsewhere })
  return {
    resources,
    publications: createPublications({
      ...shared,
      expired: (publications) => {
        for (const one of publications) turns.add(endings().publicationExpired(one))
      },
    }),
    subscriptions: createSubscriptions({
      ...shared,
      expired: (subscriptions) => {
        turns.add(endings().subscriptionsExpired(subscriptions))
      },
      wake: (subscription) => {
        turns.add((turn) => {
          turn.afterwards(() => {
            tell(subscription)
          })
        })
      },
    }),
    watchers: neighbour ? tellingNeighbour(watchers, domains, neighbour) : watchers,
    bindings: createBindings(clock, (bindings) => {
      turns.add(endings().bindingsExpired(bindings))
    }),
  }
}
