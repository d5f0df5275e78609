/** Presence source: what a gateway to another network asks of presence, and tells it. SIP stays on the other side of this port. */
import type { Aor } from '../uri/aor.ts'
import type { MaybePromise } from './maybe-promise.ts'

export interface PresenceSource {
  /**
   * Subscribes in the name of somebody in another network, who stands among the presentity's watchers from then on: rules decide,
   * watcher info tells of him. Local presentities are told from here, those of other SIP domains through a back-end subscription.
   * `hears` is called later, never before `watch` has returned, and not after `close`.
   */
  watch(wanted: WantedPresence, hears: (standing: WatchStanding) => void): PresenceWatch
  /**
   * What the other network says of one of its people (a PIDF document); undefined: nothing is known of him any more. It holds
   * until something else is said, but after a restart for a minute only, within which it is to be said again. The same again
   * tells nobody. What is no PIDF is logged, and changes nothing.
   */
  publish(presentity: Aor, document: string | undefined): void
  /** Who may watch this person of the other network may be decided otherwise now. */
  reconsider(presentity: Aor): void
  /** Whether somebody has this address. `elsewhere`: another SIP domain knows. */
  exists(address: Aor): MaybePromise<'here' | 'elsewhere' | 'nowhere'>
}

export interface WantedPresence {
  readonly presentity: Aor
  /** The authenticated person of the other network. */
  readonly watcher: Aor
  /** Milliseconds since the epoch: when he asked first. */
  readonly since: number
}

export interface PresenceWatch {
  /** Unsubscribes. Nothing is heard from then on. */
  close(): void
}

/** How a subscription stands, told whenever that or the document changes. RFC 6665 §4.1.3 */
export type WatchStanding =
  | { readonly state: 'pending' }
  | {
      readonly state: 'active'
      /** PIDF as the watcher may see it. Undefined: nothing is known. */
      readonly document: string | undefined
      /** `polite-block` shows nothing of what there is, and looks like nobody at home. RFC 5025 §3.2.1 */
      readonly handling: 'allow' | 'polite-block'
      /** Whether the rules show the watcher the status icon. */
      readonly showsIcon: boolean
    }
  | {
      readonly state: 'terminated'
      /** Of RFC 6665 §4.1.3, where there is one. */
      readonly reason?: string
      /** Of the answer that refused, or that a SUBSCRIBE of his would get: 403, 404, 410. Absent: a NOTIFY has ended it. */
      readonly status?: number
      /** Where the person has moved, of a 301 or 410. */
      readonly contact?: string
      /** Nothing more will come; it need not be closed. False: it is tried again by itself, and may become active. */
      readonly isFinal: boolean
    }
