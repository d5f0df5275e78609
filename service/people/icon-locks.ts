/** Icon locks: people whose icon only an administrator and the directory change. */
import type { AdministrationStore } from '../../core/model/administration-store.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface IconLocks {
  readonly isLocked: (owner: Aor) => Promise<boolean>
  readonly lock: (owner: Aor) => Promise<void>
  /** False: it was not locked. */
  readonly unlock: (owner: Aor) => Promise<boolean>
}

export function createIconLocks({
  administration,
}: {
  administration: AdministrationStore
}): IconLocks {
  return {
    isLocked: async (owner) => (await administration.get('icon-lock', owner)) !== undefined,
    lock: (owner) => administration.put('icon-lock', owner, {}),
    unlock: (owner) => administration.remove('icon-lock', owner),
  }
}
