/** From what a digest response names to the hashes that check it: of the account's password, and of those of its sessions. RFC 7616 §3.4.2. */
import type { FindCredential } from '../core/digest/authentication.ts'
import type { Account, Credential } from '../core/model/account.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import type { AccountStore, SessionStore } from '../core/model/stores.ts'

export function createFindCredential({
  accounts,
  sessions,
}: {
  accounts: AccountStore
  sessions: Pick<SessionStore, 'ofAccount'>
}): FindCredential<Account> {
  return (realm, username, algorithm) =>
    whenReady(accounts.findByUsername(realm, username), (account) => {
      // Who is suspended is told what strangers are told: that the name or the password is wrong.
      if (!account || account.suspended || account.erasing) return undefined
      const hashIn = (credentials: readonly Credential[]) =>
        credentials.find(
          (known) =>
            known.username === username && known.realm === realm && known.algorithm === algorithm,
        )?.ha1
      const ha1 = hashIn(account.credentials)
      const further = () =>
        whenReady(sessions.ofAccount(account.aor), (all) =>
          all.flatMap(({ credentials }) => hashIn(credentials) ?? []),
        )
      return ha1 === undefined ? { account, further } : { account, ha1, further }
    })
}
