/** Restore target: where a backup is restored to, beside what is there, and then in its place. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { SnapshotStore } from '../../core/model/store-snapshot.ts'
import { folderForReplacement, replaceStore } from '../../core/store/folder-replacement.ts'
import { keepWatchers } from '../../core/store/kept-watchers.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { openStoreAt } from '../open-store.ts'
import { storePlace, type StorePlace, type StoreSettings } from '../store-place.ts'
import { isStoreIn } from '../store-presence.ts'

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

/** A service that runs on the store, and will be started anew when it was replaced. */
export interface RunningService {
  /** Names that its processes bear in the database. */
  readonly nodes: readonly string[]
}

/** `running`: it asks for the replacement itself, and closes the store before it. Its subscriptions are kept. */
export function restoreTarget(
  { data, store }: { data: string; store: StoreSettings },
  surroundings: Surroundings,
  running?: RunningService,
): RestoreTarget {
  const place = storePlace(store)
  return place.type === 'level'
    ? folderTarget(data, surroundings, running)
    : databaseTarget(place, surroundings, running)
}

function folderTarget(
  data: string,
  surroundings: Surroundings,
  running: RunningService | undefined,
): RestoreTarget {
  let unfinished = ''
  return {
    present: async () =>
      isStoreIn(data) ? openStoreAt({ type: 'level' }, data, surroundings) : undefined,
    async beside() {
      mkdirSync(data, { recursive: true, mode: 0o700 })
      unfinished = await folderForReplacement(data)
      return openLevelStore({ folder: unfinished, ...surroundings })
    },
    async replace() {
      if (running) await keepWatchers({ from: data, to: unfinished, ...surroundings })
      const aside = `before-restore-${dateIn(surroundings)}`
      await replaceStore(data, aside)
      return existsSync(join(data, aside)) ? join(data, aside) : undefined
    },
  }
}

type DatabasePlace = Extract<StorePlace, { type: 'postgres' }>

function databaseTarget(
  place: DatabasePlace,
  surroundings: Surroundings,
  running: RunningService | undefined,
): RestoreTarget {
  const loaded = () => import('../../core/store/postgres/schema-replacement.ts')
  return {
    present: () => openStoreAt(place, '.', surroundings),
    async beside() {
      const { prepareReplacement, REPLACEMENT_SCHEMA } = await loaded()
      await prepareReplacement(place, running?.nodes)
      const { openPostgresStore } = await import('../../core/store/postgres/postgres-store.ts')
      const node = `${place.node}/restore`
      return openPostgresStore({ ...place, node, schema: REPLACEMENT_SCHEMA, ...surroundings })
    },
    async replace() {
      const aside = `visage_before_restore_${dateIn(surroundings).replaceAll('-', '_')}`
      await (await loaded()).replaceTables(place, aside, { keepWatchers: running !== undefined })
      return `the schema ${aside} of the database`
    },
  }
}

/** `2026-11-22-043000` */
function dateIn({ clock }: Surroundings): string {
  const [day = '', time = ''] = new Date(clock.now()).toISOString().split('T')
  return `${day}-${time.slice(0, 8).replaceAll(':', '')}`
}
