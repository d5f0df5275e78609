/** Account store on Level: by address, by alias, and by what a digest response names. */
import type { Account } from '../model/account.ts'
import type { Change } from '../model/change-feed.ts'
import type { Log } from '../model/log.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../model/maybe-promise.ts'
import type { AccountStore } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import type { LevelDatabase, WriteOperation } from './level-database.ts'
import { createLruCache, type LruCache } from './lru-cache.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { keysBelow, recordKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import type { Transactions } from './transactions.ts'

/** Accounts by the key under which they were asked for; null: there is none. */
export type AccountCache = LruCache<string, Account | null>

/** About 2 KB each. */
const CACHED_ACCOUNTS = 20_000

export function createAccountCache(): AccountCache {
  return createLruCache({ capacity: CACHED_ACCOUNTS })
}

export function createAccountStore({
  database,
  transactions,
  cache,
  publish,
  log,
}: {
  database: LevelDatabase
  transactions: Transactions
  cache: AccountCache
  publish: (change: Change) => void
  log: Log
}): AccountStore {
  function cached(
    key: string,
    find: (key: string) => MaybePromise<Account | undefined>,
  ): MaybePromise<Account | undefined> {
    const known = cache.get(key)
    if (known !== undefined) return known ?? undefined
    return rejectInstead(() => {
      const account = find(key)
      if (!(account instanceof Promise)) cache.set(key, account ?? null)
      return account
    })
  }

  function accountAt(key: string): MaybePromise<Account | undefined> {
    return whenReady(database.read(key), (bytes) => bytes && accountIn(key, bytes))
  }

  /** An alias or a username points to the address of its account. */
  function accountBehind(key: string): MaybePromise<Account | undefined> {
    return whenReady(
      database.read(key),
      (bytes) => bytes && accountAt(accountKey(aorIn(key, bytes))),
    )
  }

  /** Who else has a name that this account wants. */
  function holder(account: Account): Aor | undefined {
    for (const key of [aliasKey(account.aor), ...pointers(account)]) {
      const bytes = transactions.latest(key)
      const owner = bytes && aorIn(key, bytes)
      if (owner !== undefined && owner !== account.aor) return owner
    }
    return otherAliases(account).find((alias) => transactions.latest(accountKey(alias)))
  }

  function latestAccount(aor: Aor): { readonly account?: Account } | undefined {
    const key = accountKey(aor)
    const bytes = transactions.latest(key)
    if (!bytes) return undefined
    const account = readableOr(undefined, log, () => accountIn(key, bytes))
    return account ? { account } : {}
  }

  async function commit(aor: Aor, operations: readonly WriteOperation[]): Promise<void> {
    await transactions.commit(operations, () => {
      for (const { key } of operations) cache.delete(key)
      publish({ kind: 'account', aor })
    })
  }

  return {
    find: (address) =>
      whenReady(
        cached(accountKey(address), accountAt),
        (account) => account ?? cached(aliasKey(address), accountBehind),
      ),
    findByUsername: (realm, username) => cached(usernameKey(realm, username), accountBehind),
    async put(account) {
      await transactions.ready()
      const by = holder(account)
      if (by !== undefined) {
        await transactions.commit([])
        return { outcome: 'taken', by }
      }
      const before = latestAccount(account.aor)
      const kept = pointers(account)
      const given = before?.account ? pointers(before.account) : []
      await commit(account.aor, [
        ...given.filter((key) => !kept.includes(key)).map(removal),
        ...kept.map((key) => ({ type: 'put', key, value: sealJson(account.aor) }) as const),
        { type: 'put', key: accountKey(account.aor), value: sealJson(account) },
      ])
      return { outcome: before ? 'replaced' : 'created' }
    },
    async remove(aor) {
      await transactions.ready()
      const before = latestAccount(aor)
      if (!before) {
        await transactions.commit([])
        return false
      }
      const given = before.account ? pointers(before.account) : []
      await commit(aor, [accountKey(aor), ...given].map(removal))
      return true
    },
    async *list() {
      for await (const [key, bytes] of database.entries(keysBelow('account'))) {
        const account = readableOr(undefined, log, () => accountIn(key, bytes))
        if (account) yield account
      }
    },
    isEmpty: async () => !(await database.hasAny(keysBelow('account'))),
  }
}

const accountKey = (aor: Aor) => recordKey('account', aor)
const aliasKey = (alias: Aor) => recordKey('alias', alias)
const usernameKey = (realm: string, username: string) => recordKey('username', realm, username)
const removal = (key: string): WriteOperation => ({ type: 'del', key })

const accountIn = (key: string, bytes: Buffer) => openJson(key, bytes) as Account
const aorIn = (key: string, bytes: Buffer) => openJson(key, bytes) as Aor

const otherAliases = ({ aor, aliases }: Account) => aliases.filter((alias) => alias !== aor)

/** The keys that lead to an account besides its own. */
function pointers(account: Account): string[] {
  return [
    ...new Set([
      ...otherAliases(account).map(aliasKey),
      ...account.credentials.map(({ realm, username }) => usernameKey(realm, username)),
    ]),
  ]
}
