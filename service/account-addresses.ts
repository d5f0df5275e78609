/** Addresses as operators write them, resolved to the accounts and domains that they name. */
import type { Account } from '../core/model/account.ts'
import type { Domains } from '../core/model/domain.ts'
import type { AccountStore } from '../core/model/stores.ts'
import { aorDomain, parseAor, type Aor } from '../core/uri/aor.ts'
import { AccountProblem } from './account-problem.ts'

/** All throw AccountProblem. */
export interface AccountAddresses {
  /** The address that an account may have: in a domain that is served. */
  own(address: string): Aor
  /** As `own`, or a telephone number. */
  alias(address: string): Aor
  account(address: string): Promise<Account>
  realmOf(aor: Aor): string
  /** The served domain that a foreign table means: by name, by alias, or by the realm that only one has. */
  foreignDomain(name: string): { readonly name: string; readonly realm: string }
}

export function createAccountAddresses({
  accounts,
  domains,
}: {
  accounts: AccountStore
  domains?: Domains | undefined
}): AccountAddresses {
  const alias = (address: string) => {
    const aor = parseAor(address)
    if (!aor)
      throw new AccountProblem(`${address}: expected an address as alice@example.com`, 'invalid')
    if (aor.startsWith('tel:') || !domains) return aor
    if (!domains.of(aor)) {
      const served = domains.all.map(({ name }) => name).join(', ')
      throw new AccountProblem(`${aorDomain(aor)} is not a domain of this server (${served})`)
    }
    return domains.canonical(aor)
  }
  const own = (address: string) => {
    const aor = alias(address)
    if (aor.startsWith('tel:')) {
      throw new AccountProblem(`${address}: a telephone number can only be an alias`)
    }
    return aor
  }
  return {
    own,
    alias,
    async account(address) {
      const account = await accounts.find(alias(address))
      if (account) return account
      throw new AccountProblem(`${address}: no such account`, 'absent')
    },
    realmOf: (aor) => domains?.of(aor)?.realm ?? aorDomain(aor),
    foreignDomain: (name) =>
      domains ? meantDomain(name, domains) : { name: name.toLowerCase(), realm: name },
  }
}

function meantDomain(name: string, domains: Domains): { name: string; realm: string } {
  const served = domains.find(name)
  if (served) return served
  const [byRealm, ...others] = domains.all.filter(({ realm }) => realm === name)
  if (!byRealm) throw new AccountProblem(`${name} is neither a domain of this server nor its realm`)
  if (others.length > 0) throw new AccountProblem(`${name} is the realm of several domains`)
  return byRealm
}
