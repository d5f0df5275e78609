/** Store snapshot: what a store holds at one point in time, whatever is written to it meanwhile. */
import type { Account } from './account.ts'
import type { AdministrationKind } from './administration-store.ts'
import type { BindingRecord, PublicationRecord } from './event-state.ts'
import type { SecretName, TransferableStore, TransferredDocument } from './store-transfer.ts'
import type { StoreProblem } from './store-problem.ts'
import type { NeighbourStore } from './stores.ts'

export interface AdministrationEntry {
  readonly kind: AdministrationKind
  readonly key: string
  readonly value: unknown
}

/** What cannot be read is logged and left out. */
export interface StoreSnapshot {
  /** How many there are, for who wants to tell how far he is. */
  readonly count: () => Promise<{ readonly accounts: number; readonly documents: number }>
  /** Undefined: nobody has asked for it yet. */
  readonly secret: (name: SecretName) => Promise<Uint8Array | undefined>
  readonly accounts: () => AsyncIterable<Account>
  /** With their images, which are kept until the snapshot is closed. */
  readonly documents: () => AsyncIterable<TransferredDocument>
  readonly administration: () => AsyncIterable<AdministrationEntry>
  readonly pairs: NeighbourStore['pairs']
  readonly listed: NeighbourStore['listed']
  readonly capabilities: NeighbourStore['capabilities']
  /** Of everybody who shares the store. */
  readonly publications: () => AsyncIterable<PublicationRecord>
  readonly bindings: () => AsyncIterable<BindingRecord>
  readonly close: () => Promise<void>
}

/** Looks at all that the store holds at one point in time. Rejects with what `progress` throws, which is told of every record. */
export type CheckStore = (told: {
  readonly problem: (found: StoreProblem) => void
  readonly progress: (what: string) => void
}) => Promise<void>

export interface SnapshotStore extends TransferableStore {
  /** Costs the store something for as long as it is open: close it. Rejects with StoreUnavailable. */
  readonly snapshot: () => Promise<StoreSnapshot>
  /** Absent: whoever wants the store checked opens it beside those who use it. */
  readonly check?: CheckStore
}
