/** Fetches how one's own subscription to somebody would stand: let in, not yet, or refused. RFC 6665 §4.1.3. */
import type { Aor } from '../core/uri/aor.ts'
import { fetchState, type FetchParts } from './fetch-state.ts'
import { USUAL_LIFETIME } from './lifetime.ts'
import { PresenceError } from './presence-error.ts'
import { parseSubscriptionState } from './subscription-state.ts'
import { PRESENCE_EVENT } from './watch-presence.ts'

/** `unknown`: nobody is there whose presence could be watched. */
export type RelationState = 'active' | 'pending' | 'rejected' | 'unknown'

/** What a refusal says of the presentity; anything else says something of ourselves or of the server. */
const REFUSALS: Partial<Record<number, RelationState>> = {
  403: 'rejected',
  603: 'rejected',
  404: 'unknown',
  410: 'unknown',
  416: 'unknown',
  480: 'unknown',
  604: 'unknown',
}

export async function fetchRelationState(
  parts: FetchParts & { readonly presentity: Aor },
): Promise<RelationState> {
  try {
    // A fetch ends as `terminated` whatever the policy is: only a subscription is told how it stands.
    const { subscriptionState } = await fetchState({
      ...parts,
      event: PRESENCE_EVENT,
      expires: USUAL_LIFETIME,
      what: `${parts.presentity} cannot be asked`,
    })
    const { status, reason } = parseSubscriptionState(subscriptionState)
    if (status !== 'terminated') return status
    return reason === 'rejected' ? 'rejected' : 'unknown'
  } catch (error) {
    const told = error instanceof PresenceError ? REFUSALS[error.status ?? 0] : undefined
    if (told === undefined) throw error
    return told
  }
}
