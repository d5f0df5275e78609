/** Adoption: a subscription that another member of the service holds goes on here, where its watcher's requests come now. RFC 6665 §4.4.1. */
import type { SubscriptionRecord } from '../../core/model/event-state.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import type { SharedEventState } from '../../core/model/shared-event-state.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import type { NotifySender } from '../notify/notify-sender.ts'
import type { Subscription } from '../resource.ts'
import type { Subscriptions } from '../subscriptions.ts'
import type { Turns } from '../turns.ts'

export interface Adoption {
  /** Undefined, or resolves: the subscription that the request is to is held here, if it is held at all. Rejects with StoreUnavailable. */
  readonly adopt: (request: SipMessage) => MaybePromise<void>
  /** Another member holds it now. */
  readonly lost: (id: string) => void
}

interface AdoptionParts {
  readonly shared: Pick<SharedEventState, 'adopt'>
  readonly subscriptions: Subscriptions
  readonly sender: Pick<NotifySender, 'forget'>
  readonly turns: Pick<Turns, 'add'>
  /** Goes on with it as it was left: above all CSeq numbers that may have been used. False: there is nothing to go on with. */
  readonly takeUp: (record: SubscriptionRecord) => Promise<boolean>
  /** Who watches here and who elsewhere has changed. */
  readonly moved: (subscription: Subscription) => void
}

export function createAdoption(parts: AdoptionParts): Adoption {
  const { shared, subscriptions, sender, turns, takeUp, moved } = parts
  /** By id, while the store is asked. */
  const adopting = new Map<string, Promise<void>>()

  async function adoptNow(id: string): Promise<void> {
    const record = await shared.adopt(id)
    if (!record || subscriptions.find(id)) return
    if (!(await takeUp(record))) {
      turns.add((turn) => {
        turn.write({ remove: 'subscription', id })
      })
    }
    const adopted = subscriptions.find(id)
    if (adopted) moved(adopted)
  }

  return {
    adopt(request) {
      const id = request.toTag
      if (subscriptions.find(id)) return undefined
      const known = adopting.get(id)
      if (known) return known
      const promise = adoptNow(id).finally(() => adopting.delete(id))
      adopting.set(id, promise)
      return promise
    },
    lost(id) {
      turns.add(() => {
        const subscription = subscriptions.find(id)
        if (!subscription) return
        subscriptions.remove(subscription)
        // Not a word to the watcher, who is told by the other.
        subscription.unsaid = false
        sender.forget(subscription)
        moved(subscription)
      })
    },
  }
}
