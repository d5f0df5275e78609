/** What subscription stanzas and events do to each direction of a pair. RFC 6121 Appendix A. */
import type { Authorization } from '../../core/model/contact-pair.ts'

/** What goes to the contact: presence stanzas of these types; `presence` is what the user shows. */
export type Told =
  'presence' | 'probe' | 'subscribe' | 'subscribed' | 'unavailable' | 'unsubscribe' | 'unsubscribed'

export interface Step {
  readonly next: Authorization
  /** In this order. */
  readonly tells: readonly Told[]
}

/** An event that is missing changes nothing and tells nothing. */
type Table<E extends string> = Readonly<Record<Authorization, Readonly<Partial<Record<E, Step>>>>>

const step = (next: Authorization, ...tells: readonly Told[]): Step => ({ next, tells })

/**
 * The user sees the contact. `none` and `refused` are "None" or "From" of the RFC, `asked` is "Pending Out",
 * `granted` is "To" or "Both".
 */
export type ToEvent =
  /** A SIP watcher has subscribed. A.2.1 */
  | 'asks'
  /** The user wants it on purpose: the contact is new on a list. A.2.1 */
  | 'insists'
  /** The contact was removed. A.2.2 */
  | 'cancels'
  /** Stanzas of the contact. A.3.3, A.3.4 */
  | 'subscribed'
  | 'unsubscribed'
  /** An error that will stay has answered `subscribe`. */
  | 'failed'
  /** The time of a refusal is over. */
  | 'forgiven'

// DEVIATION: `asks` sends no second `subscribe`, though A.2.1 routes each: every dialog of a softphone would be one.
// `refused` answers it neither, so that nobody who has said no is asked daily.
export const TO: Table<ToEvent> = {
  none: {
    asks: step('asked', 'subscribe'),
    insists: step('asked', 'subscribe'),
    cancels: step('none', 'unsubscribe'),
  },
  asked: {
    insists: step('asked', 'subscribe'),
    cancels: step('none', 'unsubscribe'),
    // The contact's server sends presence by itself; one that had approved before may not. RFC 6121 §3.1.5
    subscribed: step('granted', 'probe'),
    unsubscribed: step('refused'),
    failed: step('refused'),
  },
  granted: {
    insists: step('granted', 'subscribe'),
    cancels: step('none', 'unsubscribe'),
    unsubscribed: step('refused'),
    failed: step('refused'),
  },
  refused: {
    insists: step('asked', 'subscribe'),
    forgiven: step('none'),
  },
}

/**
 * The contact sees the user. `none` and `refused` are "None" or "To" of the RFC, `asked` is "Pending In",
 * `granted` is "From" or "Both".
 */
export type FromEvent =
  /** Stanzas of the contact. A.3.1, A.3.2 */
  | 'subscribe'
  | 'unsubscribe'
  /** What the user's side says, by rules or by hand. A.2.3 */
  | 'approved'
  | 'undecided'
  /** A.2.4 */
  | 'denied'
  /** The user has removed the contact, or is gone. A.2.4 */
  | 'revoked'
  | 'forgiven'

export const FROM: Table<FromEvent> = {
  none: {
    subscribe: step('asked'),
  },
  asked: {
    unsubscribe: step('none', 'unsubscribed'),
    approved: step('granted', 'subscribed', 'presence'),
    denied: step('refused', 'unsubscribed'),
    revoked: step('none', 'unsubscribed'),
  },
  granted: {
    // Already approved: the answer is the same as before. RFC 6121 §3.1.3
    subscribe: step('granted', 'subscribed', 'presence'),
    unsubscribe: step('none', 'unsubscribed', 'unavailable'),
    // There is no stanza that makes an approval a question again; the next answer will do.
    undecided: step('asked', 'unavailable'),
    denied: step('refused', 'unavailable', 'unsubscribed'),
    revoked: step('none', 'unavailable', 'unsubscribed'),
  },
  refused: {
    subscribe: step('asked'),
    forgiven: step('none'),
  },
}
