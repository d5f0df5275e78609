/** What the contract suite needs of an implementation. */
import type { TestContext } from 'node:test'
import type { ChangeFeed } from '../../../core/model/change-feed.ts'
import type {
  AccountStore,
  DocumentStore,
  EventStateStore,
  NeighbourStore,
  SecretStore,
  SessionStore,
} from '../../../core/model/stores.ts'
import type { ManualClock } from '../../support/manual-clock.ts'

interface Stores {
  readonly documents: DocumentStore
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  readonly eventState: EventStateStore
  readonly secrets: SecretStore
  readonly neighbours: NeighbourStore
  readonly changes: ChangeFeed
}

export interface StoreUnderTest {
  readonly clock: ManualClock
  /** Of the store that was opened last. */
  stores(): Stores
  /** Closes the store and opens it again on what it kept. */
  restart(): Promise<Stores>
}

/** Opens an empty store, and removes it when the test ends. */
export type OpenStore = (t: TestContext) => Promise<StoreUnderTest>
