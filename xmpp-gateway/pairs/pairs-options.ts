/** What the pairs stand on. */
import type { ChangeFeed } from '../../core/model/change-feed.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { NeighbourStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Streams } from '../streams.ts'
import type { PairLimits } from './pair-table.ts'

export interface PairsOptions {
  readonly store: Pick<NeighbourStore, 'pairs' | 'writePairs'>
  readonly source: PresenceSource
  readonly streams: Pick<Streams, 'send' | 'follow' | 'isOnline'>
  readonly changes: ChangeFeed
  /** SIP domains with a stream, and XMPP domains whose people may use it, both as SIP writes them. */
  readonly userDomains: readonly string[]
  readonly contactDomains: readonly string[]
  /** Whether the user is of a domain of this service, and not reached through the outbound proxy. */
  readonly isOurs: (user: Aor) => boolean
  /** Users of other SIP domains ask in return whoever may see them; users of ours do it by their contact lists. */
  readonly subscribeBack: boolean
  readonly limits: PairLimits
  readonly clock: Clock
  readonly log: Log
}
