/** The names that lead to an account: its addresses, and what digest responses name. */
import type { Account } from '../../model/account.ts'
import { otherAddresses, usernameKey } from '../account-record.ts'
import { storedText } from './stored-text.ts'

export interface AccountNames {
  readonly addresses: readonly string[]
  /** One realm for each username. */
  readonly realms: readonly string[]
  readonly usernames: readonly string[]
}

/** What the change log says of a changed account. */
export interface LoggedAccount {
  readonly aor: string
  /** What led to the account, and what leads to it now, as it is kept in memory. */
  readonly names: readonly string[]
}

/** As they stand in the tables. */
export function namesOfAccount(account: Account): AccountNames {
  const addresses = new Set([account.aor, ...otherAddresses(account)].map(storedText))
  const usernames = new Map(
    account.credentials.map(({ realm, username }) => [
      usernameKey(realm, username),
      { realm, username },
    ]),
  )
  const all = [...usernames.values()]
  return {
    addresses: [...addresses],
    realms: all.map(({ realm }) => storedText(realm)),
    usernames: all.map(({ username }) => storedText(username)),
  }
}

/** As they are kept in memory. */
export function cachedNamesOf(account: Account | undefined): string[] {
  if (!account) return []
  const usernames = account.credentials.map(({ realm, username }) => usernameKey(realm, username))
  return [...new Set([account.aor, ...otherAddresses(account), ...usernames])]
}
