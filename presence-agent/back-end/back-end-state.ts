/** What is wanted from elsewhere, and what is heard of it. RFC 6665 §4.1.3. */
import type { Aor } from '../../core/uri/aor.ts'

/** What is subscribed to, and for whom. */
export interface WantedState {
  /** sip, sips, pres or tel. */
  readonly uri: string
  /** The event package. */
  readonly event: string
  /** Media types, in lower case and without parameters. */
  readonly accept: readonly string[]
  /** In whose name; absent: anonymous. */
  readonly watcher: Aor | undefined
}

export interface BackEndListener {
  /** Hears each NOTIFY, also one without a body, and that nothing is to be had. */
  state(state: BackEndState): void
}

export interface BackEndState {
  /**
   * `terminated` is told once, until there is something else to tell. With the reasons `rejected`, `noresource` and
   * `invariant` nothing more will come; with any other or none it is tried again by itself, and may become active.
   * What is subscribed again at once (`deactivated`, `timeout`) is not told.
   */
  readonly subscriptionState: 'active' | 'pending' | 'terminated'
  /** Of a subscription that has ended. RFC 6665 §4.1.3. */
  readonly reason: string | undefined
  readonly contentType: string | undefined
  /** Undefined: the NOTIFY says nothing about the state. To be copied where it is kept. */
  readonly body: Buffer | undefined
}
