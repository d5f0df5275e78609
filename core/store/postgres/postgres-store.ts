/** The store of a node among several: everything in one PostgreSQL database. */
import type { Clock } from '../../model/clock.ts'
import type { Log } from '../../model/log.ts'
import type { SnapshotStore } from '../../model/store-snapshot.ts'
import { createDurableStores } from './durable-stores.ts'
import { openPostgresEventState } from './event-state-store.ts'
import { openPostgresDatabase } from './postgres-database.ts'
import { openPostgresSnapshot } from './postgres-snapshot.ts'

/** Of one page of a snapshot. */
const PAGE_PATIENCE_MS = 60_000

/**
 * Opens the store, whose tables are made or brought up to date.
 * Rejects with an Error for the operator, which holds no password.
 */
export async function openPostgresStore({
  url,
  node,
  schema,
  backupBeforeUpgrade = true,
  clock,
  log,
}: {
  /** As libpq's, with every server that may be the primary. */
  url: string
  /** This node's name, unlike all others'. */
  node: string
  /** Where its tables are; absent: where the server looks for them. */
  schema?: string
  /** Whether a copy is kept of tables that an earlier Visage wrote and this one rewrites. */
  backupBeforeUpgrade?: boolean
  clock: Clock
  log: Log
}): Promise<SnapshotStore> {
  const database = await openPostgresDatabase({ url, node, schema, backupBeforeUpgrade, log })
  const durable = createDurableStores({ ...database, query: database.read, clock, log })
  const soft = openPostgresEventState({ database, clock, log })
  return {
    ...durable,
    eventState: soft.eventState,
    snapshot: () => openPostgresSnapshot(database.connect('snapshot', PAGE_PATIENCE_MS), log),
    isLive: database.feed.isLive,
    afterCrash: database.afterCrash,
    async close() {
      await soft.close()
      await durable.close()
      await database.close()
    },
  }
}
