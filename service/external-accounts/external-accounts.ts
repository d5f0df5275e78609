/** External accounts: behind the accounts of the store stand those that a look-up hook knows; nothing above sees a difference. */
import type { Account } from '../../core/model/account.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import { createChangePublisher } from '../../core/store/change-publisher.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { AccountLookup } from './account-lookup.ts'
import type { ChangedAccount } from './known-answers.ts'
import { createKeptAnswers } from './kept-answers.ts'
import { createLookedUpAccounts, type LookedUpAccounts } from './looked-up-accounts.ts'

interface ExternalAccountsParts {
  readonly store: OpenedStore
  readonly lookup: AccountLookup
  readonly domains: Domains
  /** Milliseconds for which an answer holds. */
  readonly lifetime: number
  readonly clock: { now(): number }
  readonly log: Log
}

/** The store with the accounts of both, and a change feed that tells of both. */
export function withExternalAccounts(parts: ExternalAccountsParts): OpenedStore {
  const { store, domains, log } = parts
  const { changes, publish } = createChangePublisher({ log })
  const onChange = async ({ aor, signsInAnew }: ChangedAccount) => {
    try {
      if (signsInAnew) await endSessions(aor, store)
    } finally {
      publish({ kind: 'account', aor })
    }
  }
  const kept = createKeptAnswers({ ...store, clock: parts.clock })
  const lookup = withoutTaken(parts.lookup, { stored: store.accounts, log })
  const lookedUp = createLookedUpAccounts({ ...parts, lookup, kept, onChange })
  return {
    ...store,
    accounts: withLookedUp(store.accounts, lookedUp, domains),
    changes: {
      subscribe(listener) {
        const ends = [store.changes.subscribe(listener), changes.subscribe(listener)]
        return () => {
          for (const end of ends) end()
        }
      },
    },
  }
}

/** An address of an account in the store is nobody else's, whatever the hook says: by it one would be treated as its owner. */
function withoutTaken(
  lookup: AccountLookup,
  { stored, log }: { stored: AccountStore; log: Log },
): AccountLookup {
  async function honest(account: Account | undefined): Promise<Account | undefined> {
    if (!account || account.aliases.length === 0) return account
    const owners = await Promise.all(account.aliases.map(async (alias) => stored.find(alias)))
    const aliases = account.aliases.filter((_, index) => !owners[index])
    if (aliases.length < account.aliases.length) {
      log.warn(
        {},
        'the account look-up gives somebody an alias of an account in the store: left out',
      )
    }
    return { ...account, aliases }
  }
  return {
    byAddress: async (address) => honest(await lookup.byAddress(address)),
    byUsername: async (realm, username) => honest(await lookup.byUsername(realm, username)),
  }
}

/** As the store does where an account gets another password. */
async function endSessions(aor: Aor, { sessions }: OpenedStore): Promise<void> {
  for (const { id } of await sessions.ofAccount(aor)) await sessions.remove(id)
}

function withLookedUp(
  stored: AccountStore,
  lookedUp: LookedUpAccounts,
  domains: Domains,
): AccountStore {
  /** Telephone numbers belong to no domain: whose they are the hook may know. */
  const isLookedUp = (address: Aor) => address.startsWith('tel:') || domains.of(address)?.lookup
  const isRealm = (name: string) =>
    domains.all.some(({ lookup, realm }) => lookup && realm === name)
  /** Who has an account in the store is not who the hook speaks of. */
  const unlessStored = (found: Account | undefined): MaybePromise<Account | undefined> =>
    found && whenReady(stored.find(found.aor), (account) => account ?? found)
  return {
    ...stored,
    find: (address) =>
      whenReady(stored.find(address), (account) => {
        if (account || !isLookedUp(address)) return account
        return whenReady(lookedUp.byAddress(address), unlessStored)
      }),
    findByUsername: (realm, username) =>
      whenReady(stored.findByUsername(realm, username), (account) => {
        if (account || !isRealm(realm)) return account
        return whenReady(lookedUp.byUsername(realm, username), unlessStored)
      }),
  }
}
