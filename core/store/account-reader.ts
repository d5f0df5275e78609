/** Account reader: by address, by alias, and by what a digest response names; from memory where it can. */
import type { Account } from '../model/account.ts'
import { createLruCache, type LruCache } from '../model/lru-cache.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../model/maybe-promise.ts'
import type { Aor } from '../uri/aor.ts'
import { accountIn, accountKey, aliasKey, aorIn, usernameKey } from './account-record.ts'
import type { LevelDatabase } from './level-database.ts'

/** Accounts by address, and by the key of a username's record; null: there is none. */
export type AccountCache = LruCache<string, Account | null>

/** About 2 KB each. */
const CACHED_ACCOUNTS = 40_000

export function createAccountCache(): AccountCache {
  return createLruCache({ capacity: CACHED_ACCOUNTS })
}

type FoundAccount = MaybePromise<Account | undefined>

export interface AccountReader {
  readonly find: (address: Aor) => FoundAccount
  readonly findByUsername: (realm: string, username: string) => FoundAccount
}

export function createAccountReader({
  database,
  cache,
}: {
  database: LevelDatabase
  cache: AccountCache
}): AccountReader {
  const accountAt = (key: string): FoundAccount =>
    whenReady(database.read(key), (bytes) => bytes && accountIn(key, bytes))

  const accountBehind = (key: string): FoundAccount =>
    whenReady(database.read(key), (bytes) => bytes && accountAt(accountKey(aorIn(key, bytes))))

  function cached(key: string, find: (key: string) => FoundAccount): FoundAccount {
    const known = cache.get(key)
    if (known !== undefined) return known ?? undefined
    return rejectInstead(() => {
      const account = find(key)
      // What comes late may be out of date by then.
      if (!(account instanceof Promise)) cache.set(key, account ?? null)
      return account
    })
  }

  const accountOf = (address: string): FoundAccount =>
    whenReady(
      accountAt(accountKey(address as Aor)),
      (account) => account ?? accountBehind(aliasKey(address as Aor)),
    )

  return {
    find: (address) => cached(address, accountOf),
    findByUsername: (realm, username) => cached(usernameKey(realm, username), accountBehind),
  }
}
