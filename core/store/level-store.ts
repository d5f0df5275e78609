/** The embedded store: everything in one folder, open to one process. */
import { join } from 'node:path'
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { SnapshotStore } from '../model/store-snapshot.ts'
import { removeScratch } from './check/level-check.ts'
import { setCrashMark } from './crash-mark.ts'
import { openDurableStores } from './durable-stores.ts'
import { openEventStateHub, type EventStateHub } from './event-state-hub.ts'
import type { EventStateHomes } from './event-state-index.ts'
import { openEventStateStore } from './event-state-store.ts'
import { createPersonStore } from './person-store.ts'
import { finishReplacement } from './folder-replacement.ts'
import { claimStoreFolder, STORE_FORMAT } from './store-format.ts'
import { upgradeStore } from './store-upgrade.ts'

export interface LevelStore extends SnapshotStore {
  /** Several members of one service are to share the event state. Asked for once, before anybody uses it. */
  readonly shareEventState: (homes: EventStateHomes) => Promise<EventStateHub>
}

/**
 * Opens the store in `folder`, which is made when it is not there.
 * Throws an Error with a message for the operator when another process has it open, or a newer Visage wrote it.
 */
export async function openLevelStore({
  folder,
  clock,
  log,
  backupBeforeUpgrade = true,
}: {
  folder: string
  clock: Clock
  log: Log
  /** Whether a copy is kept of a store that an earlier Visage wrote. */
  backupBeforeUpgrade?: boolean
}): Promise<LevelStore> {
  await finishReplacement(folder)
  const found = await claimStoreFolder(folder)
  if (found.format < STORE_FORMAT) {
    await upgradeStore({ folder, clock, log, backupBeforeUpgrade }, found)
  }
  const durable = await openDurableStores({ folder, clock, log })
  try {
    const soft = await openEventStateStore({ folder: join(folder, 'event-state'), clock, log })
    await removeScratch(folder)
    const mark = await setCrashMark(folder)
    return {
      ...durable,
      eventState: soft.eventState,
      // In one step: nothing is written between the one and the other.
      snapshot: () => Promise.resolve().then(() => durable.snapshot(soft.snapshot())),
      check: (told) => Promise.resolve().then(() => durable.check(soft.snapshot(), told)),
      people: createPersonStore({ ...soft, databases: [durable, soft] }),
      shareEventState: (homes) => openEventStateHub({ ...soft, homes, clock, log }),
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
