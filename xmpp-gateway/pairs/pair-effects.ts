/** Pair effects: what follows here when a pair is authorized otherwise, or a contact comes and goes. RFC 8048 §5. */
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { ContactResources } from './contact-resources.ts'
import type { HiddenContacts } from './hidden-contacts.ts'
import type { LivePair } from './live-pair.ts'
import type { PairListeners } from './pair-listeners.ts'
import type { PairSteps } from './pair-steps.ts'
import type { UserSubscriptions } from './user-subscriptions.ts'
import type { Watches } from './watches.ts'

/** Asked for late: the parts need these effects, and the effects need the parts. */
export interface AffectedParts {
  readonly steps: PairSteps
  readonly watches: Watches
  readonly resources: ContactResources
  readonly hidden: HiddenContacts
  readonly users: UserSubscriptions
}

export interface PairEffects {
  authorized(pair: LivePair, before: ContactPair): void
  /** A resource of the contact has come or gone, or was heard of again. */
  seen(pair: LivePair): void
  /** The contact is believed to have gone, and is watched for no longer. */
  unwatched(pair: LivePair): void
}

export function createPairEffects({
  source,
  listeners,
  isOurs,
  subscribeBack,
  parts,
}: {
  source: Pick<PresenceSource, 'reconsider'>
  listeners: PairListeners
  isOurs: (user: Aor) => boolean
  subscribeBack: boolean
  parts: () => AffectedParts
}): PairEffects {
  function seesOtherwise(pair: LivePair, before: ContactPair): void {
    if (before.to === 'granted') parts().resources.drop(pair)
    parts().hidden.review(pair)
    source.reconsider(pair.record.contact)
  }

  function isSeenOtherwise(pair: LivePair): void {
    const { watches, users } = parts()
    const { user, contact, from, to } = pair.record
    watches.review(pair)
    if (from !== 'granted' || isOurs(user)) return
    watches.prolong(pair)
    // A user of ours is asked by her contact list; elsewhere there is none to write to.
    if (subscribeBack && to === 'none') users.ask(user, contact, 'asks')
  }

  return {
    authorized(pair, before) {
      if (pair.record.to !== before.to) seesOtherwise(pair, before)
      if (pair.record.from !== before.from) isSeenOtherwise(pair)
    },
    seen(pair) {
      const { watches, hidden } = parts()
      hidden.review(pair)
      if (isOurs(pair.record.user)) return
      if (pair.resources.size > 0) watches.prolong(pair)
      else watches.lapse(pair)
    },
    unwatched(pair) {
      parts().steps.tell(pair, 'unavailable')
      listeners.tell.forgotten(pair)
    },
  }
}
