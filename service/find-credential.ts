/** From what a digest response names to the hash that checks it. RFC 7616 §3.4.2. */
import type { FindCredential } from '../core/digest/authentication.ts'
import type { Account } from '../core/model/account.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import type { AccountStore } from '../core/model/stores.ts'

export function createFindCredential(accounts: AccountStore): FindCredential<Account> {
  return (realm, username, algorithm) =>
    whenReady(accounts.findByUsername(realm, username), (account) => {
      const credential = account?.credentials.find(
        (known) =>
          known.username === username && known.realm === realm && known.algorithm === algorithm,
      )
      return account && credential && { ha1: credential.ha1, account }
    })
}
