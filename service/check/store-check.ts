/** Store check: every record of a store that nobody has open, on whichever engine. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { checkLevelStore } from '../../core/store/check/level-check.ts'
import type { StoreProblem } from '../../core/model/store-problem.ts'
import { openStoreAt } from '../open-store.ts'
import { storePlace, type StoreSettings } from '../store-place.ts'

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
  /** Told of every record that was looked at. */
  readonly progress: (what: string) => void
}

/** Without `repair` services may run on a database. Rejects with an Error for the operator when the store cannot be looked at. */
export async function checkStore(
  { data, store, repair }: { data: string; store: StoreSettings; repair: boolean },
  surroundings: Surroundings,
): Promise<readonly StoreProblem[]> {
  const place = storePlace(store)
  if (place.type === 'level' || repair) {
    // Opened once as a service does: an interrupted restoration is finished, an older format brought up to date.
    const opened = await openStoreAt(place, data, surroundings)
    await opened.close()
  }
  if (place.type === 'level') return checkLevelStore({ folder: data, repair, ...surroundings })
  const { checkPostgresStore } = await import('../../core/store/postgres/postgres-check.ts')
  const date = String(surroundings.clock.now())
  return checkPostgresStore({ ...place, repair, folder: data, date, ...surroundings })
}
