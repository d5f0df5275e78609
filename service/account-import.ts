/** Accounts from a foreign subscriber table: what is right is taken, what is wrong is named; a second run changes nothing. */
import type { Account, Credential } from '../core/model/account.ts'
import type { AccountStore } from '../core/model/stores.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { AccountAddresses } from './account-addresses.ts'
import { foreignCredential } from './account-credentials.ts'
import { AccountProblem } from './account-problem.ts'
import type { SubscriberRow } from './account-requests.ts'

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
  { accounts, addresses }: Target,
): Promise<{ outcome: RowOutcome; foreign: boolean }> {
  try {
    const domain = addresses.foreignDomain(row.domain)
    const aor = addresses.own(`${encodeURIComponent(row.username)}@${domain.name}`)
    const credential = foreignCredential(row.username, row.realm ?? domain.realm, row.ha1)
    const outcome = await merge(aor, credential, accounts)
    return { outcome, foreign: credential.realm !== addresses.realmOf(aor) }
  } catch (error) {
    if (!(error instanceof AccountProblem)) throw error
    return { outcome: { problem: error.message }, foreign: false }
  }
}

/** The row's hash takes the place of all that the account had in that realm: they belong to an older password. */
async function merge(
  aor: Aor,
  credential: Credential,
  accounts: AccountStore,
): Promise<RowOutcome> {
  const present = (await accounts.find(aor)) ?? { aor, aliases: [], credentials: [] }
  if (present.aor !== aor) return { problem: `the address is an alias of ${present.aor}` }
  if (present.credentials.some((known) => same(known, credential))) return 'unchanged'
  const others = present.credentials.filter(({ realm }) => realm !== credential.realm)
  const account: Account = { ...present, credentials: [...others, credential] }
  const result = await accounts.put(account)
  if (result.outcome === 'taken') return { problem: `${result.by} signs in by the same name` }
  return result.outcome === 'created' ? 'created' : 'changed'
}

function same(one: Credential, other: Credential): boolean {
  return (
    one.username === other.username &&
    one.realm === other.realm &&
    one.algorithm === other.algorithm &&
    one.ha1 === other.ha1
  )
}
