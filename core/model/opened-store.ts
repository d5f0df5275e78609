/** An opened store: everything a service stands on, whichever engine carries it. DESIGN §5. */
import type { AdministrationStore } from './administration-store.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { DomainUsages } from './domain-usage.ts'
import type { PersonStore } from './person-store.ts'
import type {
  AccountStore,
  DocumentStore,
  EventStateStore,
  NeighbourStore,
  SecretStore,
  SessionStore,
} from './stores.ts'

export interface OpenedStore {
  readonly documents: DocumentStore
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  readonly eventState: EventStateStore
  readonly secrets: SecretStore
  readonly neighbours: NeighbourStore
  readonly administration: AdministrationStore
  /** Absent in a worker that reaches the store through another. */
  readonly people?: PersonStore
  /** Absent in a worker that reaches the store through another. */
  readonly usages?: DomainUsages
  readonly changes: ChangeFeed
  /** Whether it can be asked now, as far as is known; absent: always. */
  readonly isLive?: () => boolean
  /** The process that had the store open last did not close it; for a node of several: this node's last process. */
  readonly afterCrash: boolean
  /** Waits for the writes under way. What is asked of the store afterwards rejects with StoreUnavailable. */
  readonly close: () => Promise<void>
}
