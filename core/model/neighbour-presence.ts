/** Neighbour presence: what the presence agent asks of a gateway for people whose presence comes from another network. */
import type { Aor } from '../uri/aor.ts'
import type { SubHandling } from './presence-policy.ts'

export interface NeighbourPresence {
  /** Names of the domains, in lower case, whose people live there. Every address of them may exist. */
  readonly domains: readonly string[]
  /** The one spelling of an address of these domains, so that one person is one presentity however a phone writes her. */
  canonical(address: Aor): Aor
  /**
   * Whether she lets the watcher see her. `confirm`: she has not answered yet, or was not asked. Asked from the moment on in
   * which the agent starts, which ends the subscriptions of those whom she blocks then.
   */
  handling(presentity: Aor, watcher: Aor): SubHandling
  /** The SIP status of the answer to a watcher whom she blocks: 403, or what her network said of her. RFC 7247 §7.1 */
  refusal(presentity: Aor, watcher: Aor): number
  /** A watcher has subscribed, not merely fetched: she is to be asked when she was not. Told of his first dialog only. RFC 8048 §5.3.1 */
  subscribed(presentity: Aor, watcher: Aor): void
  /** A watcher looks once: she is never asked for that, but what is known may be made newer. */
  fetched(presentity: Aor, watcher: Aor): void
}
