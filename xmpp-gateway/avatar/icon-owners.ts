/** Icon owners: an account and its aliases are one person with one icon, which lies under the account's own address. */
import type { Domains } from '../../core/model/domain.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import { resolvePresentity } from '../../core/model/presentity.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface IconOwners {
  /** Under whose address a user's icon lies. */
  readonly ownerOf: (user: Aor) => MaybePromise<Aor>
  /** Whose icon that is, of those who were asked for. */
  readonly usersOf: (owner: Aor) => readonly Aor[]
}

export interface IconOwnersOptions {
  readonly domains: Domains
  readonly accounts: Pick<AccountStore, 'find'>
}

export function createIconOwners(options: IconOwnersOptions): IconOwners {
  /** No more than the accounts have. */
  const aliases = new Map<Aor, Set<Aor>>()
  return {
    ownerOf: (user) =>
      whenReady(resolvePresentity(user, options, true), (presentity) => {
        const owner = presentity?.aor ?? user
        if (owner !== user) aliases.set(owner, (aliases.get(owner) ?? new Set<Aor>()).add(user))
        return owner
      }),
    usersOf: (owner) => [owner, ...(aliases.get(owner) ?? [])],
  }
}
