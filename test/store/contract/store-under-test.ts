/** What the contract suite needs of an implementation. */
import type { TestContext } from 'node:test'
import type { OpenedStore } from '../../../core/model/opened-store.ts'
import type { ManualClock } from '../../support/manual-clock.ts'

type Stores = Omit<OpenedStore, 'afterCrash' | 'close'>

export interface StoreUnderTest {
  readonly clock: ManualClock
  /** Of the store that was opened last. */
  stores(): Stores
  /** Closes the store and opens it again on what it kept. */
  restart(): Promise<Stores>
}

/** Opens an empty store, and removes it when the test ends. */
export type OpenStore = (t: TestContext) => Promise<StoreUnderTest>
