/** The addresses of a person: the account's own and its aliases, or the one that was asked for where there is no account. */
import type { Account } from '../../core/model/account.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { AccountProblem } from '../account-problem.ts'

export interface Person {
  readonly aor: Aor
  /** Itself first. */
  readonly addresses: readonly Aor[]
  /** Absent: the account lives elsewhere, or is removed. */
  readonly account?: Account
}

/** Rejects with AccountProblem when it is no address. */
export async function findPerson(
  address: string,
  { accounts, domains }: { accounts: AccountStore; domains?: Domains | undefined },
): Promise<Person> {
  const given = parseAor(address)
  if (!given) {
    throw new AccountProblem(`${address}: expected an address as alice@example.com`, 'invalid')
  }
  const aor = domains?.canonical(given) ?? given
  const account = await accounts.find(aor)
  if (!account) return { aor, addresses: [aor] }
  return { aor: account.aor, addresses: [account.aor, ...account.aliases], account }
}
