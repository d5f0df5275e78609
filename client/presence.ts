/** Presence: what of a presence document a person sees. RFC 3863, RFC 4480, RFC 4482. */

export interface Presence {
  /** Null: nothing known. */
  readonly basic: 'open' | 'closed' | null
  /** Names of RFC 4480 §3.2, such as `busy`; an activity of other words stands as those words. */
  readonly activities: readonly string[]
  readonly note: string | null
  /** As announced, an absolute URL. */
  readonly icon: { readonly url: string } | null
}

export const NOTHING_KNOWN: Presence = { basic: null, activities: [], note: null, icon: null }

/** One NOTIFY. */
export interface PresenceNotification extends Presence {
  /** When it arrived. ISO 8601. */
  readonly time: string
  /** `sip:alice@example.com` */
  readonly presentity: string
  /** The list by which she is watched. */
  readonly list?: string
  /** What the list calls her. */
  readonly name?: string
  readonly subscription: SubscriptionStatus
  /** Why it ended, as the server names it. RFC 6665 §4.1.3. */
  readonly reason?: string
}

export type SubscriptionStatus = 'active' | 'pending' | 'terminated'
