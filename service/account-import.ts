/** Accounts from a foreign subscriber table: what is right is taken, what is wrong is named; a second run changes nothing. */
import type { Account, Credential } from '../core/model/account.ts'
import type { AccountStore } from '../core/model/stores.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { AccountAddresses } from './account-addresses.ts'
import { AccountProblem } from './account-problem.ts'
import type { SubscriberRow } from './account-requests.ts'
import { subscriberCredentials } from './import/subscriber-credentials.ts'

export interface ImportReport {
  readonly created: number
  readonly changed: number
  readonly unchanged: number
  /** Accounts whose realm is not their domain's: they cannot sign in until the configuration says that realm. */
  readonly foreignRealm: number
  readonly refused: readonly { readonly line: number; readonly problem: string }[]
}

interface Target {
  readonly accounts: AccountStore
  readonly addresses: AccountAddresses
  /** Nothing is written: it is only said what would be. */
  readonly dryRun?: boolean
}

type RowOutcome = 'created' | 'changed' | 'unchanged' | { readonly problem: string }

/** Writes wait for the disk together. */
const AT_ONCE = 64

export async function importAccounts(
  rows: readonly SubscriberRow[],
  target: Target,
): Promise<ImportReport> {
  const count = { created: 0, changed: 0, unchanged: 0, foreignRealm: 0 }
  const refused: { line: number; problem: string }[] = []
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const batch = rows.slice(start, start + AT_ONCE)
    const outcomes = await Promise.all(batch.map((row) => importRow(row, target)))
    outcomes.forEach(({ outcome, foreign }, index) => {
      if (typeof outcome === 'string') count[outcome]++
      else refused.push({ line: batch[index]?.line ?? 0, ...outcome })
      if (foreign) count.foreignRealm++
    })
  }
  return { ...count, refused }
}

async function importRow(
  row: SubscriberRow,
  target: Target,
): Promise<{ outcome: RowOutcome; foreign: boolean }> {
  const { addresses } = target
  try {
    const domain = addresses.foreignDomain(row.domain)
    const aor = addresses.own(`${encodeURIComponent(row.username)}@${domain.name}`)
    const credentials = subscriberCredentials(aor, row, domain.realm)
    const outcome = await merge(aor, credentials, target)
    const ownRealm = addresses.realmOf(aor)
    return { outcome, foreign: credentials.some(({ realm }) => realm !== ownRealm) }
  } catch (error) {
    if (!(error instanceof AccountProblem)) throw error
    return { outcome: { problem: error.message }, foreign: false }
  }
}

/** The row's hashes take the place of all that the account had in that realm: they belong to an older password. */
async function merge(
  aor: Aor,
  credentials: readonly Credential[],
  { accounts, dryRun = false }: Target,
): Promise<RowOutcome> {
  const found = await accounts.find(aor)
  const present = found ?? { aor, aliases: [], credentials: [] }
  if (present.aor !== aor) return { problem: `the address is an alias of ${present.aor}` }
  const isThere = (one: Credential) => present.credentials.some((known) => same(known, one))
  if (found && credentials.every(isThere)) return 'unchanged'
  const others = present.credentials.filter(
    ({ realm }) => !credentials.some((one) => one.realm === realm),
  )
  const account: Account = { ...present, credentials: [...others, ...credentials] }
  const by = dryRun ? await holderOf(account, accounts) : await written(account, accounts)
  if (by !== undefined) return { problem: `${by} signs in by the same name` }
  return found ? 'changed' : 'created'
}

/** Who keeps the account from being written. */
async function written(account: Account, accounts: AccountStore): Promise<Aor | undefined> {
  const result = await accounts.put(account)
  return result.outcome === 'taken' ? result.by : undefined
}

/** Who would. */
async function holderOf(account: Account, accounts: AccountStore): Promise<Aor | undefined> {
  for (const { realm, username } of account.credentials) {
    const holder = await accounts.findByUsername(realm, username)
    if (holder && holder.aor !== account.aor) return holder.aor
  }
  return undefined
}

function same(one: Credential, other: Credential): boolean {
  return (
    one.username === other.username &&
    one.realm === other.realm &&
    one.algorithm === other.algorithm &&
    one.ha1 === other.ha1
  )
}
