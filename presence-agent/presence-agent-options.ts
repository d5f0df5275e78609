/** What a presence agent is given: stores, the SIP endpoint, rules of the service. */
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { Account } from '../core/model/account.ts'
import type { ChangeFeed } from '../core/model/change-feed.ts'
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import type { NeighbourPresence } from '../core/model/neighbour-presence.ts'
import type { AccountStore, DocumentStore, EventStateStore } from '../core/model/stores.ts'
import type { XcapUsages } from '../core/model/xcap-usage.ts'
import type { SipEndpoint } from '../core/sip/sip-endpoint.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { OutboundOptions } from './back-end/outbound-proxy.ts'
import type { AgentLimits } from './limits.ts'
import type { RegistrationSource } from './registration/create-registrations.ts'

export interface PresenceAgentOptions {
  readonly sip: SipEndpoint
  readonly documents: Pick<
    DocumentStore,
    'currentIcon' | 'get' | 'iconByToken' | 'list' | 'metadata' | 'ofUsage'
  >
  readonly accounts: Pick<AccountStore, 'find'>
  readonly eventState: EventStateStore
  /** The last process died: NOTIFYs of it may have been lost. */
  readonly afterCrash?: boolean
  /** Resolves when all members of the service are there; absent: this is the only one. */
  readonly opened?: Promise<void> | undefined
  readonly changes: ChangeFeed
  readonly domains: Domains
  readonly authenticator: Pick<DigestAuthenticator<Account>, 'authenticate'>
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
  /** Whether REGISTER is answered. */
  readonly registrar: boolean
  /** Where addresses elsewhere are asked for; absent: nowhere. */
  readonly outbound?: OutboundOptions
  /** Who knows people of another network; absent: nobody. */
  readonly neighbour?: NeighbourPresence
  /** All in seconds. `throttle`: between two NOTIFYs to one watcher; 0: none. */
  readonly presence: {
    readonly minExpires: number
    readonly maxExpires: number
    readonly throttle: number
    /** Whether CIPID's icon passes where rules let the status icon pass. */
    readonly iconWithStatusIcon: boolean
    /** Whether others than the user see who is called; absent: no. */
    readonly dialogIdentities?: boolean
    /** Where presence of those who publish none comes from; absent: nowhere. */
    readonly fromRegistration?: RegistrationSource
  }
  readonly icons: { readonly publicUrl: string }
  /** Every absolute URL that the XCAP root has. */
  readonly xcapRootUrls: readonly string[]
  /** Whose documents can be watched; absent: there is no XCAP server beside. */
  readonly xcapUsages?: XcapUsages
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<AgentLimits>
  /** Whether an account may ask once more now; absent: always. */
  readonly mayAsk?: (account: Aor) => boolean
}
