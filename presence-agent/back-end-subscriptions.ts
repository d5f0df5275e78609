/** Back-end subscriptions: what this server subscribes to elsewhere, in the name of its watchers. RFC 6665 §4.1, RFC 4662 §7. */
import type { IncomingRequest } from '../core/sip/sip-endpoint.ts'
import type { Aor } from '../core/uri/aor.ts'

export interface BackEndSubscriptions {
  /**
   * Subscribes through the outbound proxy, in a dialog of its own: no two subscribers share one (RFC 4662 §7.2).
   * Undefined: no proxy is configured, or there are too many. `hears` is never called before this returns.
   */
  open(wanted: WantedState, hears: BackEndListener): BackEndSubscription | undefined
  /** Answers a NOTIFY that came in: 481 where it belongs to none of these. Never throws. */
  notified(request: IncomingRequest): void
  /** Forgets them all without a word: they expire where they were opened. */
  stop(): void
}

export interface BackEndSubscription {
  /** Unsubscribes. Nothing is heard from then on. */
  close(): void
}

/** What is subscribed to, and for whom. */
export interface WantedState {
  readonly uri: string
  /** The event package. */
  readonly event: string
  /** Media types. */
  readonly accept: readonly string[]
  /** In whose name; absent: in the resource's own. */
  readonly watcher: Aor | undefined
}

export interface BackEndListener {
  /** Hears each NOTIFY, also one without a body, and the end of the subscription. */
  state(state: BackEndState): void
}

export interface BackEndState {
  /**
   * `terminated` is told at most once in a row. With `probation`, `giveup` or no reason it is tried again by itself,
   * and may become active; with any other reason (`rejected`, `noresource`, …) nothing more will come.
   */
  readonly subscriptionState: 'active' | 'pending' | 'terminated'
  /** Of a subscription that has ended. RFC 6665 §4.1.3. */
  readonly reason: string | undefined
  readonly contentType: string | undefined
  /** Undefined: the NOTIFY says nothing about the state. To be copied where it is kept. */
  readonly body: Buffer | undefined
}
