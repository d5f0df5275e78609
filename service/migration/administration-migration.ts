/** Migration of what operators have said: tokens, locks, bans. */
import { isDeepStrictEqual } from 'node:util'
import type { MigrationStep } from './migration-step.ts'

export const migrateAdministration: MigrationStep = async ({ from, to }, count) => {
  const snapshot = await from.snapshot()
  try {
    for await (const { kind, key, value } of snapshot.administration()) {
      const isWanted = !isDeepStrictEqual(await to.administration.get(kind, key), value)
      if (isWanted) await to.administration.put(kind, key, value)
      count(isWanted)
    }
  } finally {
    await snapshot.close()
  }
}
