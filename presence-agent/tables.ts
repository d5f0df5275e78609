/** The agent's memory: who published, who subscribes, who is registered. What expires goes through a turn like any request. */
import type { Clock } from '../core/model/clock.ts'
import { createBindings, type Bindings } from './registration/bindings.ts'
import type { Endings } from './endings.ts'
import type { AgentLimits } from './limits.ts'
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
  /** Asked for when something expires. */
  readonly endings: () => Endings
  /** There is something new to tell. */
  readonly tell: (subscription: Subscription) => void
}

export function createTables(options: TablesOptions): Tables {
  const { clock, limits, turns, endings, tell } = options
  const resources = createResources()
  const shared = { resources, clock, limits }
  return {
    resources,
    publications: createPublications({
      ...shared,
      expired: (publications) => {
        turns.add(endings().publicationsExpired(publications))
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
    watchers: createWatchers({ ...shared, turns }),
    bindings: createBindings(clock, (bindings) => {
      turns.add(endings().bindingsExpired(bindings))
    }),
  }
}
