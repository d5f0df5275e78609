/** Accounts of a store that another process owns, from memory where it can. */
import type { Account } from '../../model/account.ts'
import { createLruCache } from '../../model/lru-cache.ts'
import type { MaybePromise } from '../../model/maybe-promise.ts'
import type { AccountStore } from '../../model/stores.ts'
import { createRemoteReads } from './remote-reads.ts'
import type { StoreCalls } from './store-calls.ts'

/** About 2 KB each. */
const CACHED_ACCOUNTS = 20_000

export function createRemoteAccounts({ call, stream }: StoreCalls): {
  readonly store: AccountStore
  /** An account has changed: with it, whom its aliases and usernames name, and whom they named before. */
  readonly forget: () => void
} {
  const reads = createRemoteReads<Account>(createLruCache({ capacity: CACHED_ACCOUNTS }))
  const found = (key: string, ask: () => Promise<Account | undefined>) => reads.read(key, ask)
  return {
    store: {
      find: (address): MaybePromise<Account | undefined> =>
        found(address, () => call('account', address)),
      findByUsername: (realm, username) =>
        found(`${realm}\0${username}`, () => call('accountByUsername', realm, username)),
      put: (account) => call('putAccount', account),
      remove: (aor) => call('removeAccount', aor),
      list: (after) => stream('accounts', after),
      isEmpty: () => call('hasNoAccounts'),
    },
    forget: () => {
      reads.forgetAll()
    },
  }
}
