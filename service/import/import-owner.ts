/** Whose home an import means: an account's, or anybody's of a domain whose accounts live in the proxy. */
import type { Domains } from '../../core/model/domain.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { AccountAddresses } from '../account-addresses.ts'
import { AccountProblem } from '../account-problem.ts'

/** Both reject with AccountProblem. */
export interface ImportOwner {
  /** As a row of a foreign table has it. */
  readonly ofRow: (username: string, domain: string) => Promise<Aor>
  readonly ofAddress: (address: string) => Promise<Aor>
}

export function createImportOwner({
  accounts,
  addresses,
  domains,
}: {
  readonly accounts: AccountStore
  readonly addresses: AccountAddresses
  readonly domains?: Domains | undefined
}): ImportOwner {
  async function ofAddress(address: string): Promise<Aor> {
    const aor = addresses.alias(address)
    const account = await accounts.find(aor)
    if (account) return account.aor
    if (domains?.of(aor)?.externalAccounts) return aor
    throw new AccountProblem('no such account; import the accounts first', 'absent')
  }

  return {
    ofAddress,
    async ofRow(username, domain) {
      const { name } = addresses.foreignDomain(domain)
      return ofAddress(addresses.own(`${encodeURIComponent(username)}@${name}`))
    },
  }
}
