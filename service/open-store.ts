/** Opens the store: in the data folder, which nobody but its owner may look into, or in a PostgreSQL database. */
import { mkdirSync } from 'node:fs'
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import type { SnapshotStore } from '../core/model/store-snapshot.ts'
import { openLevelStore } from '../core/store/level-store.ts'
import type { Configuration } from './configuration.ts'
import { moderated } from './moderation/moderated-store.ts'
import { storePlace, type StorePlace } from './store-place.ts'

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
  /** As they are in force. Absent: those of the configuration, which stay. */
  readonly domains?: Domains
}

/** Rejects with a message for the operator, without the password of the database. */
export async function openStore(
  configuration: Configuration,
  surroundings: Surroundings,
): Promise<SnapshotStore> {
  const { data, store } = configuration
  // Also beside a database: the administration's socket stands there.
  makePrivateFolder(data)
  const opened = await openStoreAt(storePlace(store), data, surroundings)
  return moderated(opened, configuration, surroundings)
}

/** `folder`: of the embedded store. */
export async function openStoreAt(
  place: StorePlace,
  folder: string,
  surroundings: Surroundings,
): Promise<SnapshotStore> {
  const { backupBeforeUpgrade = true } = place
  if (place.type === 'level') {
    makePrivateFolder(folder)
    return openLevelStore({ folder, backupBeforeUpgrade, ...surroundings })
  }
  // Whoever has no database loads no driver.
  const { openPostgresStore } = await import('../core/store/postgres/postgres-store.ts')
  const { url, node } = place
  return openPostgresStore({ url, node, backupBeforeUpgrade, ...surroundings })
}

/** It holds password hashes. The mode is for a new folder; one that stands keeps what its owner gave it. */
function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}
