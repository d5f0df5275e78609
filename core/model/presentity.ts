/** From the address in a request to the presentity it names: domain aliases and account aliases resolved. */
import type { Aor } from '../uri/aor.ts'
import type { Account } from './account.ts'
import type { Domain, Domains } from './domain.ts'
import { whenReady, type MaybePromise } from './maybe-promise.ts'
import type { AccountStore } from './stores.ts'

export interface Presentity {
  readonly aor: Aor
  readonly domain: Domain
  /** Absent where the accounts live in the proxy. */
  readonly account?: Account
}

/**
 * Undefined: not a domain of ours, or nobody there.
 * `fromTrustedPeer`: the request came from a peer that vouches for addresses of domains with external accounts.
 */
export function resolvePresentity(
  address: Aor,
  { domains, accounts }: { domains: Domains; accounts: Pick<AccountStore, 'find'> },
  fromTrustedPeer: boolean,
): MaybePromise<Presentity | undefined> {
  const aor = domains.canonical(address)
  return whenReady(accounts.find(aor), (account) => {
    if (account?.erasing) return undefined
    // An alias may lie outside the domains, as a tel: number does; the account's own address decides.
    const domain = domains.of(account?.aor ?? aor)
    if (!domain) return undefined
    if (account) return { aor: account.aor, domain, account }
    const mayExist = domain.isNeighbour ?? (domain.externalAccounts && fromTrustedPeer)
    return mayExist ? { aor, domain } : undefined
  })
}
