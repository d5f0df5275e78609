/** Pair effects: what follows here when a pair is authorized otherwise, or a contact comes and goes. RFC 8048 §5. */
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { ContactResources } from './contact-resources.ts'
import type { LivePair } from './live-pair.ts'
import type { PairListeners } from './pair-listeners.ts'
import type { PairSteps } from './pair-steps.ts'
import type { UserSubscriptions } from './user-subscriptions.ts'
import type { Watches } from './watches.ts'

/** Asked for late: the parts need these effects, and the effects need the parts. */
interface AffectedParts {
  readonly steps: PairSteps
  readonly watches: Watches
  readonly resources: ContactResources
  readonly users: UserSubscriptions
}

export interface PairEffects {
  readonly authorized: (pair: LivePair, before: ContactPair) => void
  /** A resource of the contact has come or gone, or was heard of again. */
  readonly seen: (pair: LivePair) => void
  /** The contact is believed to have gone, and is watched for no longer. */
  readonly unwatched: (pair: LivePair) => void
}

interface PairEffectsOptions {
  readonly source: Pick<PresenceSource, 'reconsider'>
  readonly listeners: PairListeners
  readonly isOurs: (user: Aor) => boolean
  readonly subscribeBack: boolean
  readonly parts: () => AffectedParts
}

export function createPairEffects(options: PairEffectsOptions): PairEffects {
  const { source, listeners, isOurs, parts } = options
  return {
    authorized: (pair, before) => {
      if (pair.record.to !== before.to) {
        if (before.to === 'granted') isUnseen(pair, options)
        source.reconsider(pair.record.contact)
      }
      if (pair.record.from !== before.from) isSeenOtherwise(pair, options)
    },
    seen: (pair) => {
      if (isOurs(pair.record.user) || pair.record.to !== 'granted') return
      if (pair.resources.size > 0) parts().watches.prolong(pair)
      else parts().watches.lapse(pair)
    },
    unwatched: (pair) => {
      parts().steps.tell(pair, 'unavailable')
      listeners.tell.forgotten(pair)
    },
  }
}

/** The user sees the contact no more, who sees her as before: he has not gone. */
function isUnseen(pair: LivePair, { isOurs, parts }: PairEffectsOptions): void {
  const { watches, resources } = parts()
  if (!isOurs(pair.record.user) && pair.resources.size > 0) watches.prolong(pair)
  resources.drop(pair)
}

function isSeenOtherwise(pair: LivePair, { isOurs, subscribeBack, parts }: PairEffectsOptions) {
  const { watches, users } = parts()
  const { user, contact, from, to } = pair.record
  watches.review(pair)
  if (from !== 'granted' || isOurs(user)) return
  watches.prolong(pair)
  // A user of ours asks by her contact list; elsewhere there is none to write to.
  if (subscribeBack && to === 'none') users.ask(user, contact, 'asks')
}
