/** The agent's memory: who published, who subscribes, who is registered. What expires goes through a turn like any request. */
import type { Clock } from '../core/model/clock.ts'
import { createBindings, type Bindings } from './bindings.ts'
import type { Endings } from './endings.ts'
import type { AgentLimits } from './limits.ts'
import { createPublications, type Publications } from './publications.ts'
import { createResources, type Resources } from './resources.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'
import type { Turns } from './turns.ts'

export interface Tables {
  readonly resources: Resources
  readonly publications: Publications
  readonly subscriptions: Subscriptions
  readonly bindings: Bindings
}

interface TablesOptions {
  readonly clock: Clock
  readonly limits: AgentLimits
  readonly turns: Turns
  /** Asked for when something expires. */
  readonly endings: () => Endings
}

export function createTables({ clock, limits, turns, endings }: TablesOptions): Tables {
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
    }),
    bindings: createBindings(clock, (bindings) => {
      turns.add(endings().bindingsExpired(bindings))
    }),
  }
}
