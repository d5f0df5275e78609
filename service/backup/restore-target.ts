/** Restore target: where a backup is restored to, beside what is there, and then in its place. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { SnapshotStore } from '../../core/model/store-snapshot.ts'
import { folderForReplacement, replaceStore } from '../../core/store/folder-replacement.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { openStoreAt } from '../open-store.ts'
import { storePlace, type StorePlace, type StoreSettings } from '../store-place.ts'

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
}

export interface RestoreTarget {
  /** The store as it is; undefined: there is none. Nobody else can open it until it is closed. */
  readonly present: () => Promise<SnapshotStore | undefined>
  /** An empty one beside it. */
  readonly beside: () => Promise<SnapshotStore>
  /** The one beside it, closed, takes its place; tells where what was there before is kept, if anything was. */
  readonly replace: () => Promise<string | undefined>
}

export function restoreTarget(
  { data, store }: { data: string; store: StoreSettings },
  surroundings: Surroundings,
): RestoreTarget {
  const place = storePlace(store)
  return place.type === 'level'
    ? folderTarget(data, surroundings)
    : databaseTarget(place, surroundings)
}

function folderTarget(data: string, surroundings: Surroundings): RestoreTarget {
  return {
    present: async () =>
      existsSync(join(data, 'format'))
        ? openStoreAt({ type: 'level' }, data, surroundings)
        : undefined,
    beside: async () =>
      openLevelStore({ folder: await folderForReplacement(data), ...surroundings }),
    async replace() {
      const aside = `before-restore-${dateIn(surroundings)}`
      await replaceStore(data, aside)
      return existsSync(join(data, aside)) ? join(data, aside) : undefined
    },
  }
}

type DatabasePlace = Extract<StorePlace, { type: 'postgres' }>

function databaseTarget(place: DatabasePlace, surroundings: Surroundings): RestoreTarget {
  const loaded = () => import('../../core/store/postgres/schema-replacement.ts')
  return {
    present: () => openStoreAt(place, '.', surroundings),
    async beside() {
      const { prepareReplacement, REPLACEMENT_SCHEMA } = await loaded()
      await prepareReplacement(place)
      const { openPostgresStore } = await import('../../core/store/postgres/postgres-store.ts')
      return openPostgresStore({ ...place, schema: REPLACEMENT_SCHEMA, ...surroundings })
    },
    async replace() {
      const aside = `visage_before_restore_${dateIn(surroundings).replaceAll('-', '_')}`
      await (await loaded()).replaceTables(place, aside)
      return `the schema ${aside} of the database`
    },
  }
}

/** `2026-11-22-043000` */
function dateIn({ clock }: Surroundings): string {
  const [day = '', time = ''] = new Date(clock.now()).toISOString().split('T')
  return `${day}-${time.slice(0, 8).replaceAll(':', '')}`
}
