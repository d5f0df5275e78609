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
  /** How it is tried again; absent: `growing`. */
  readonly retries?: Retries
}

/** `growing`: soon, and less and less often. `steady`: every minute or two. */
export type Retries = 'growing' | 'steady'

export interface BackEndListener {
  /** Hears each NOTIFY, also one without a body, and that nothing is to be had. */
  state(state: BackEndState): void
}

export interface BackEndState {
  /**
   * `terminated` is told once, until there is something else to tell. What is subscribed again at once (`deactivated`,
   * `timeout`) is not told.
   */
  readonly subscriptionState: 'active' | 'pending' | 'terminated'
  /** Of a subscription that has ended. RFC 6665 §4.1.3. */
  readonly reason: string | undefined
  /** Of the answer by which it has ended; 408 where none came, 503 where nobody could be asked. RFC 3261 §8.1.3.1 */
  readonly status: number | undefined
  /** Where the person is now, as that answer says: a URI of a person. RFC 3261 §21.3.2, §21.4.11 */
  readonly contact: string | undefined
  /** It has ended, and nothing more will come. Else it is tried again by itself, and may become active. */
  readonly isFinal: boolean
  readonly contentType: string | undefined
  /** Undefined: the NOTIFY says nothing about the state. To be copied where it is kept. */
  readonly body: Buffer | undefined
}
