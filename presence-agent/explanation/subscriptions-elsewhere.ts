/** Explained subscriptions that other members of the service hold: what the store says of them. RFC 6665 §4.1. */
import type { SharedEventState } from '../../core/model/shared-event-state.ts'
import type { SubHandling } from '../../core/model/presence-policy.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { ExplainedSubscription } from './explanation.ts'

interface AskedElsewhere {
  readonly watcher: Aor
  readonly presentity: Aor
  readonly eventPackage: string
  readonly handling: SubHandling
}

/** The newest first. Absent store: nobody else serves from it. Rejects with StoreUnavailable. */
export async function subscriptionsElsewhere(
  shared: Pick<SharedEventState, 'watchersOf'> | undefined,
  { watcher, presentity, eventPackage, handling }: AskedElsewhere,
): Promise<readonly ExplainedSubscription[]> {
  const held = (await shared?.watchersOf(presentity, eventPackage)) ?? []
  return held
    .filter((one) => one.watcher === watcher && one.waitingUntil === undefined)
    .sort((one, other) => (other.subscribedAt ?? 0) - (one.subscribedAt ?? 0))
    .map(({ holder, subscribedAt, expiresAt, flow }) => ({
      state: handling === 'confirm' ? 'pending' : 'active',
      since: subscribedAt,
      expiresAt,
      withoutNotify: false,
      way: `${flow.transport} ${flow.remoteAddress}:${flow.remotePort}`,
      // Whether its NOTIFYs arrive only its holder knows.
      reachable: true,
      unsaid: false,
      lastNotify: undefined,
      holder,
    }))
}
