/** Upgrade of a store of an earlier format: a copy of it is kept, then one step after the other. */
import { join } from 'node:path'
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import { keepStoreFolder } from './kept-folder.ts'
import { openLevelDatabase } from './level-database.ts'
import { markStoreFolder, STORE_FORMAT, type FolderFormat } from './store-format.ts'
import { countTreesAndListUsages } from './upgrade-to-format-2.ts'

interface Place {
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

/** By the format that it begins with; gives the next one. Interrupted at any point, it can be begun anew. */
const STEPS: Readonly<Record<number, (place: Place) => Promise<void>>> = {
  1: countTreesAndListUsages,
}

/**
 * An upgrade that was interrupted goes on with the step it was at: what it found is kept already.
 * Rejects with an Error for the operator when the copy cannot be made; then nothing is changed.
 */
export async function upgradeStore(
  place: Place & {
    /** Whether a copy of the store is kept in its folder, until the operator removes it. */
    readonly backupBeforeUpgrade: boolean
  },
  { format, isBeingUpgraded }: FolderFormat,
): Promise<void> {
  const { folder, log } = place
  log.info({ folder, from: format, to: STORE_FORMAT }, 'the store is being upgraded')
  if (!isBeingUpgraded) {
    await refuseOpened(place)
    if (place.backupBeforeUpgrade) await keepCopy(place, format)
  }
  for (let at = format; at < STORE_FORMAT; at++) {
    await markStoreFolder(folder, { format: at, isBeingUpgraded: true })
    await STEPS[at]?.(place)
  }
  await markStoreFolder(folder, { format: STORE_FORMAT, isBeingUpgraded: false })
  log.info({ folder, format: STORE_FORMAT }, 'the store was upgraded')
}

/** The files of a store that somebody has open change while they are copied. */
async function refuseOpened(place: Place): Promise<void> {
  const database = await openLevelDatabase({
    ...place,
    folder: join(place.folder, 'documents'),
    sync: true,
  })
  await database.close()
}

async function keepCopy({ folder, clock, log }: Place, format: number): Promise<void> {
  const date = new Date(clock.now())
    .toISOString()
    .slice(0, 19)
    .replaceAll(':', '')
    .replace('T', '-')
  const kept = await keepStoreFolder(folder, `before-upgrade-format-${format}-${date}`)
  log.warn({ kept }, 'the store as it was before the upgrade is kept; remove it when all is well')
}
