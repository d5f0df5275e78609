/** CSeq numbers are stored by blocks: a restart goes on above all that may have been used. RFC 3261 §12.2.2. */
import type { NotifySender } from './notify-sender.ts'
import type { Subscription } from '../resource.ts'
import { CSEQ_BLOCK, subscriptionRecord } from '../subscription.ts'
import type { Subscriptions } from '../subscriptions.ts'
import type { Job } from '../turn-batch.ts'

/** Reserves the next block, then lets the subscription tell what it has to. */
export function reserveCseq(
  subscription: Subscription,
  subscriptions: Subscriptions,
  sender: NotifySender,
): Job {
  return (turn) => {
    const before = subscription.cseqReserved
    subscription.cseqReserved = subscription.cseq + CSEQ_BLOCK
    // One that has ended is not stored any more: no restart goes on with it.
    if (subscriptions.has(subscription)) {
      turn.write({ put: 'subscription', record: subscriptionRecord(subscription) }, () => {
        subscription.cseqReserved = before
      })
    }
    turn.afterwards(() => {
      sender.tell(subscription, 'soon')
    })
  }
}
