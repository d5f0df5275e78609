/** Whose tree an XUI names. RFC 4825 §6.2. */
import type { Account } from '../core/model/account.ts'
import type { Domain, Domains } from '../core/model/domain.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { resolvePresentity } from '../core/model/presentity.ts'
import type { AccountStore } from '../core/model/stores.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'

export interface DocumentOwner {
  readonly aor: Aor
  readonly domain: Domain
  readonly account?: Account
}

/** Undefined: no address, or of no domain that is served here. */
export type FindOwner = (xui: string) => MaybePromise<DocumentOwner | undefined>

export function createOwnerFinder(directory: {
  domains: Domains
  accounts: AccountStore
}): FindOwner {
  const { domains } = directory
  return (xui) => {
    const address = parseAor(xui)
    if (!address) return undefined
    return whenReady(resolvePresentity(address, directory, true), (presentity) => {
      if (presentity) return presentity
      // DEVIATION: nobody there is challenged all the same, so that nobody learns who exists; RFC 4825 §8 puts the 404 first
      const aor = domains.canonical(address)
      const domain = domains.of(aor)
      return domain && { aor, domain }
    })
  }
}
