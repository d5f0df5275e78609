/** The embedded store: everything in one folder, open to one process. */
import { join } from 'node:path'
import type { ChangeFeed } from '../model/change-feed.ts'
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type {
  AccountStore,
  DocumentStore,
  EventStateStore,
  NeighbourStore,
  SecretStore,
  SessionStore,
} from '../model/stores.ts'
import { setCrashMark } from './crash-mark.ts'
import { openDurableStores } from './durable-stores.ts'
import { openEventStateStore } from './event-state-store.ts'
import { claimStoreFolder, STORE_FORMAT } from './store-format.ts'
import { upgradeStore } from './store-upgrade.ts'

export interface LevelStore {
  readonly documents: DocumentStore
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  readonly eventState: EventStateStore
  readonly secrets: SecretStore
  readonly neighbours: NeighbourStore
  readonly changes: ChangeFeed
  /** The process that had the store open last did not close it. */
  readonly afterCrash: boolean
  /** Waits for the writes under way. What is asked of the store afterwards rejects with StoreUnavailable. */
  readonly close: () => Promise<void>
}

/**
 * Opens the store in `folder`, which is made when it is not there.
 * Throws an Error with a message for the operator when another process has it open, or a newer Visage wrote it.
 */
export async function openLevelStore({
  folder,
  clock,
  log,
}: {
  folder: string
  clock: Clock
  log: Log
}): Promise<LevelStore> {
  const format = await claimStoreFolder(folder)
  if (format < STORE_FORMAT) await upgradeStore({ folder, clock, log })
  const durable = await openDurableStores({ folder, clock, log })
  try {
    const soft = await openEventStateStore({ folder: join(folder, 'event-state'), clock, log })
    const mark = await setCrashMark(folder)
    return {
      ...durable,
      eventState: soft.eventState,
      afterCrash: mark.afterCrash,
      async close() {
        await soft.close()
        await mark.clear()
        await durable.close()
      },
    }
  } catch (error) {
    await durable.close()
    throw error
  }
}
