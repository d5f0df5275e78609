/** Re-authorization: running subscriptions and waiting watchers follow the rules as they change. RFC 5025 §3.2.1, RFC 3857 §4.7.1. */
import type { Change } from '../../core/model/change-feed.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { PresenceAuthorization } from './presence-authorization.ts'
import { decideAll, decideEach, decideWaiter, type DecisionParts } from './re-decision.ts'
import { createReDecisionQueue, type QueueParts } from './re-decision-queue.ts'
import type { Resource, Subscription } from '../resource.ts'

export interface ReAuthorization {
  /** Documents and accounts that change what rules say. */
  changed(change: Change): void
  /** All who watch these are decided on anew. `untold`: changed, and told when they are. */
  presentities(aors: readonly Aor[], untold?: Resource): void
  /** Rises whenever permissions may have become others. */
  readonly generation: number
  /** A subscription was added with permissions of this generation: what has changed since then reaches it too. */
  added(subscription: Subscription, generation: number): void
  stop(): void
}

interface ReAuthorizationParts extends DecisionParts, QueueParts {
  readonly authorization: Pick<PresenceAuthorization, 'changedBy'>
}

export function createReAuthorization(parts: ReAuthorizationParts): ReAuthorization {
  const { authorization, subscriptions, watchers } = parts
  const queue = createReDecisionQueue(parts, (aor, isOutdated) => decideAll(parts, aor, isOutdated))
  let generation = 0

  function presentities(aors: readonly Aor[], untold?: Resource): void {
    generation++
    queue.begin(aors, untold)
  }

  function decideSome(some: readonly Subscription[]): void {
    const asOf = generation
    const course = { isOutdated: () => generation !== asOf, again: decideSome }
    void queue.guarded(presentitiesOf(some), () => decideEach(parts, some, course))
  }

  /** Rules may name the watcher by an alias. */
  function decideWatcher(aor: Aor): void {
    decideSome([...subscriptions.all()].filter(({ watcher }) => watcher === aor))
    const waited = watchers.waitedFor(aor)
    void queue.guarded(presentitiesOf(waited), () => decideWaiter(parts, waited, aor))
  }

  return {
    presentities,
    stop: queue.stop,
    get generation() {
      return generation
    },
    changed(change) {
      const aor = authorization.changedBy(change)
      if (aor !== undefined) presentities([aor])
      if (change.kind !== 'account') return
      generation++
      decideWatcher(change.aor)
    },
    added(subscription, asOf) {
      if (asOf !== generation) decideSome([subscription])
    },
  }
}

function presentitiesOf(watched: readonly { readonly presentity: Aor }[]): readonly Aor[] {
  return [...new Set(watched.map(({ presentity }) => presentity))]
}
