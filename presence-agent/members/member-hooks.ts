/** What the tables call where several members of a service share the store. */
import type { Resource } from '../resource.ts'
import type { LocalWatchers, WatchersElsewhere } from './watchers-elsewhere.ts'

export interface MemberHooks {
  /** Somebody has left the resource. */
  readonly left: (resource: Resource) => void
  readonly watchersElsewhere: (local: LocalWatchers) => WatchersElsewhere
}
