/** Opens the store in the data folder, which nobody but its owner may look into: it holds password hashes. */
import { mkdirSync } from 'node:fs'
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { OpenedStore } from '../core/model/opened-store.ts'
import { openLevelStore } from '../core/store/level-store.ts'

export function openStore(
  folder: string,
  { clock, log }: { clock: Clock; log: Log },
): Promise<OpenedStore> {
  // The mode is for a new folder; one that stands keeps what its owner gave it.
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return openLevelStore({ folder, clock, log })
}
