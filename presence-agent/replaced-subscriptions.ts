/** Replaced subscriptions: what a phone that has started anew left behind. RFC 6665 §4.2.1.4, RFC 4235 §3.4. */
import type { Endings } from './endings.ts'
import type { Subscription } from './resource.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Turn } from './turn-batch.ts'
import type { Turns } from './turns.ts'

interface ReplacementParts {
  readonly subscriptions: Pick<Subscriptions, 'room'>
  readonly endings: Pick<Endings, 'watcherGone'>
  readonly turns: Pick<Turns, 'add'>
}

/**
 * A phone that forgot its dialogs subscribes again from where it was, under another Call-ID. Once the new subscription is
 * stored the old one ends, without a NOTIFY, which nobody would understand. Called before the new one is added.
 */
export function endReplaced(
  { subscriptions, endings, turns }: ReplacementParts,
  subscription: Subscription,
  turn: Turn,
): void {
  // Most watchers have no other, and a presentity may have thousands of watchers.
  if (!subscriptions.room.isTaken(subscription.watcher)) return
  for (const other of subscription.resource.subscriptions) {
    if (!isReplaced(other, subscription)) continue
    turn.afterwards(() => {
      turns.add(endings.watcherGone(other))
    })
  }
}

function isReplaced(old: Subscription, fresh: Subscription): boolean {
  return (
    fresh.watcher !== undefined &&
    old.watcher === fresh.watcher &&
    old.event === fresh.event &&
    old.dialog.callId !== fresh.dialog.callId &&
    // A phone may watch several lists, or sets of documents: by their addresses, or by what it brings. RFC 5367 §4
    old.dialog.localUri === fresh.dialog.localUri &&
    old.content?.text === fresh.content?.text &&
    // Phones in two homes may have the same private address, and phones in one home have the same public one.
    old.dialog.remoteTarget === fresh.dialog.remoteTarget &&
    old.flow.remoteAddress === fresh.flow.remoteAddress
  )
}
