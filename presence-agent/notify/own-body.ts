/** Bodies of subscriptions that have documents of their own. RFC 6665 §4.2.2, RFC 5839 §6.1, §6.4. */
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { NumberedPackage } from '../event-package.ts'
import { encoded, notifyBody, suppressedBody, type NotifyBody } from './notify-body.ts'
import { ANY_ENTITY } from './notify-condition.ts'
import { viewOf } from './own-view.ts'
import type { Subscription } from '../resource.ts'

/** Undefined: there is nothing new. */
export function ownBody(
  subscription: Subscription,
  eventPackage: NumberedPackage,
): MaybePromise<NotifyBody | undefined> {
  const { condition, cseq, encoding } = subscription
  // What is not told must not be taken for told: the view keeps it.
  if (condition === ANY_ENTITY) return suppressedBody(tagOf(subscription, 0))
  const view = viewOf(subscription, eventPackage)
  // Who has no state of which we know, or may have lost some, gets all of it.
  if (subscription.owed && condition === undefined) view.restate()
  // Every NOTIFY carries a document, so that its CSeq numbers the document too, and over a restart. RFC 3858 §3
  return whenReady(view.next(cseq), (document) => {
    if (!document) return undefined
    if (document.more && !subscription.ended) subscription.unsaid = true
    const { text, contentType = eventPackage.contentType } = document
    return encoded(notifyBody(text, contentType, tagOf(subscription, cseq + 1)), encoding, '')
  })
}

/** Of what the watcher was told; undefined: there is something new since. */
export function ownEntityTag(subscription: Subscription): string | undefined {
  const { condition, cseq, unsaid } = subscription
  if (unsaid) return undefined
  const isKnown = condition !== undefined && condition !== ANY_ENTITY
  return isKnown ? condition : tagOf(subscription, cseq)
}

/** Such a document is nobody else's, so the dialog and the number of the NOTIFY that brought it name its state. */
function tagOf({ dialog }: Subscription, cseq: number): string {
  return `${dialog.localTag}.${cseq}`
}
