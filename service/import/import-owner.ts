/** Whose home a row of a foreign table means: an account, or anybody of a domain whose accounts live in the proxy. */
import type { Domains } from '../../core/model/domain.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import type { AccountAddresses } from '../account-addresses.ts'
import { AccountProblem } from '../account-problem.ts'
import type { ImportTarget } from './document-import.ts'

export function createImportOwner({
  accounts,
  addresses,
  domains,
}: {
  readonly accounts: AccountStore
  readonly addresses: AccountAddresses
  readonly domains?: Domains | undefined
}): ImportTarget['owner'] {
  return async (username, domain) => {
    const { name } = addresses.foreignDomain(domain)
    const aor = addresses.own(`${encodeURIComponent(username)}@${name}`)
    const account = await accounts.find(aor)
    if (account) return account.aor
    if (domains?.of(aor)?.externalAccounts) return aor
    throw new AccountProblem('no such account; import the accounts first', 'absent')
  }
}
