/** What an operator does with accounts, on a store that is open here. */
import type { Account } from '../core/model/account.ts'
import type { Domains } from '../core/model/domain.ts'
import type { AccountStore, DocumentStore } from '../core/model/stores.ts'
import { aorDomain, type Aor } from '../core/uri/aor.ts'
import { createAccountAddresses, type AccountAddresses } from './account-addresses.ts'
import { credentialsOf } from './account-credentials.ts'
import { importAccounts, type ImportReport } from './account-import.ts'
import { AccountProblem } from './account-problem.ts'
import type {
  AccountImport,
  NewAccount,
  NewAlias,
  NewPassword,
  Removal,
} from './account-requests.ts'

/** Everything that may be told of an account. */
export interface AccountSummary {
  readonly address: string
  readonly name?: string
  readonly aliases: readonly string[]
  readonly realms: readonly string[]
  readonly suspended?: true
}

/** Each rejects with AccountProblem when the request cannot be met. */
export interface AccountAdministration {
  add(request: NewAccount): Promise<AccountSummary>
  addAlias(request: NewAlias): Promise<AccountSummary>
  removeAlias(request: NewAlias): Promise<AccountSummary>
  changePassword(request: NewPassword): Promise<AccountSummary>
  /** With the documents and icons; tells how many there were. */
  remove(request: Removal): Promise<{ readonly documents: number }>
  import(request: AccountImport): Promise<ImportReport>
  /** Of any account, after the changes before it: `revise` gives the account as it is to be. */
  change(address: string, revise: (account: Account) => Account): Promise<AccountSummary>
  find(address: string): Promise<AccountSummary>
  /** Ordered by address; `after`: only those behind this one, `alice@example.com`. */
  list(after?: string): AsyncIterable<AccountSummary>
}

interface Stores {
  readonly accounts: AccountStore
  readonly documents: DocumentStore
  /** Absent: nobody says which domains are served, so any will do, and each is its own realm. */
  readonly domains?: Domains | undefined
}

export function createAccountAdministration(stores: Stores): AccountAdministration {
  const { accounts, documents } = stores
  const addresses = createAccountAddresses(stores)
  const inOrder = createQueue()
  return {
    add: (request) => inOrder(() => add(request, accounts, addresses)),
    addAlias: (request) => inOrder(() => addAlias(request, accounts, addresses)),
    removeAlias: (request) => inOrder(() => removeAlias(request, accounts, addresses)),
    changePassword: (request) =>
      inOrder(async () => {
        const account = await addresses.account(request.address)
        const credentials = credentialsOf(account.aor, request, addresses.realmOf(account.aor))
        return store(accounts, { ...account, credentials })
      }),
    remove: ({ address }) =>
      inOrder(async () => {
        const { aor } = await addresses.account(address)
        const count = await removeDocuments(aor, documents)
        await accounts.remove(aor)
        return { documents: count }
      }),
    import: ({ rows }) => inOrder(() => importAccounts(rows, { accounts, addresses })),
    change: (address, revise) =>
      inOrder(async () => store(accounts, revise(await addresses.account(address)))),
    find: async (address) => summarize(await addresses.account(address)),
    list: async function* (after) {
      const behind = after === undefined ? undefined : (`sip:${after}` as Aor)
      for await (const account of accounts.list(behind)) yield summarize(account)
    },
  }
}

async function add(
  { address, name, ...secret }: NewAccount,
  accounts: AccountStore,
  addresses: AccountAddresses,
): Promise<AccountSummary> {
  const aor = addresses.own(address)
  const present = await accounts.find(aor)
  if (present) {
    const whose = present.aor === aor ? 'exists already' : `is an alias of ${bare(present.aor)}`
    throw new AccountProblem(`${bare(aor)} ${whose}`)
  }
  const credentials = credentialsOf(aor, secret, addresses.realmOf(aor))
  return store(accounts, {
    aor,
    aliases: [],
    ...(name === undefined ? {} : { name }),
    credentials,
  })
}

async function addAlias(
  { address, alias }: NewAlias,
  accounts: AccountStore,
  addresses: AccountAddresses,
): Promise<AccountSummary> {
  const account = await addresses.account(address)
  const other = addresses.alias(alias)
  const present = await accounts.find(other)
  if (present?.aor === account.aor) return summarize(account)
  if (present) {
    throw new AccountProblem(`${bare(other)} is an address of ${bare(present.aor)} already`)
  }
  return store(accounts, { ...account, aliases: [...account.aliases, other] })
}

async function removeAlias(
  { address, alias }: NewAlias,
  accounts: AccountStore,
  addresses: AccountAddresses,
): Promise<AccountSummary> {
  const account = await addresses.account(address)
  const other = addresses.alias(alias)
  if (!account.aliases.includes(other)) {
    throw new AccountProblem(`${bare(other)} is no alias of ${bare(account.aor)}`, 'absent')
  }
  return store(accounts, {
    ...account,
    aliases: account.aliases.filter((one) => one !== other),
  })
}

/** Removed people leave nothing that the next holder of the address would inherit. */
async function removeDocuments(aor: Aor, documents: DocumentStore): Promise<number> {
  const all = await documents.list(aor)
  for (const { id } of all) await documents.delete(id, {})
  return all.length
}

async function store(accounts: AccountStore, account: Account): Promise<AccountSummary> {
  const result = await accounts.put(account)
  if (result.outcome === 'taken') {
    // An administrator of this domain alone must not learn who is in another.
    const isNear = aorDomain(result.by) === aorDomain(account.aor)
    const who = isNear ? bare(result.by) : 'somebody of another domain'
    throw new AccountProblem(`${bare(account.aor)}: ${who} signs in by the same name`)
  }
  return summarize(account)
}

function summarize({ aor, aliases, name, suspended, credentials }: Account): AccountSummary {
  return {
    address: bare(aor),
    ...(name === undefined ? {} : { name }),
    aliases: aliases.map(bare),
    realms: [...new Set(credentials.map(({ realm }) => realm))],
    ...(suspended && { suspended }),
  }
}

/** Without the scheme, as people write it. */
function bare(aor: Aor): string {
  return aor.replace(/^sip:/, '')
}

/** One change after the other: each reads an account and writes it whole. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(action: () => Promise<T>): Promise<T> => {
    const next = last.then(action)
    last = next.catch(() => undefined)
    return next
  }
}
