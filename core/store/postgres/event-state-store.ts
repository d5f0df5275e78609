/** Event state store on PostgreSQL: written before the 2xx, on the disk here and with the synchronous standby. */
import type { Clock } from '../../model/clock.ts'
import type { Log } from '../../model/log.ts'
import type { EventStateStore } from '../../model/stores.ts'
import { createEventStateWriter } from './event-state-writer.ts'
import { createOwnRecords } from './own-records.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { createSharedEventState } from './shared-event-state.ts'
import { startUpkeep } from './upkeep.ts'

export interface PostgresEventState {
  readonly eventState: EventStateStore
  /** Waits for the writes under way. To be called before the database is closed. */
  readonly close: () => Promise<void>
}

export function openPostgresEventState({
  database,
  clock,
  log,
}: {
  database: PostgresDatabase
  clock: Clock
  log: Log
}): PostgresEventState {
  const { write, idle } = createEventStateWriter({ database, clock })
  const upkeep = startUpkeep({ database, clock, log })
  return {
    eventState: {
      write,
      ...createOwnRecords(database),
      shared: createSharedEventState({ database, clock, log }),
    },
    async close() {
      await idle()
      await upkeep.stop()
    },
  }
}
