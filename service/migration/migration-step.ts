/** Migration step: one kind of record, out of one store and into another. */
import type { Clock } from '../../core/model/clock.ts'
import type { SnapshotStore } from '../../core/model/store-snapshot.ts'
import type { TransferableStore } from '../../core/model/store-transfer.ts'

export interface Migration {
  readonly from: SnapshotStore
  readonly to: TransferableStore
  readonly clock: Clock
}

/** Told of every record that was looked at. */
export type CountRecord = (isWritten: boolean) => void

/** Rejects with an Error for the operator. */
export type MigrationStep = (migration: Migration, count: CountRecord) => Promise<void>
