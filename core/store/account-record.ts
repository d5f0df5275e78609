/** Account record, and the records that lead to it from its other names. */
import type { Account } from '../model/account.ts'
import type { Aor } from '../uri/aor.ts'
import { openJson } from './record-envelope.ts'
import { recordKey } from './record-key.ts'

export const accountKey = (aor: Aor) => recordKey('account', aor)
export const aliasKey = (alias: Aor) => recordKey('alias', alias)
export const usernameKey = (realm: string, username: string) =>
  recordKey('username', realm, username)

/** Throws RecordUnreadable. */
export const accountIn = (key: string, bytes: Buffer) => openJson(key, bytes) as Account
/** What an alias or a username leads to. Throws RecordUnreadable. */
export const aorIn = (key: string, bytes: Buffer) => openJson(key, bytes) as Aor

/** Some accounts list their own address among the aliases. */
export const otherAddresses = ({ aor, aliases }: Account) =>
  aliases.filter((alias) => alias !== aor)

/** The keys that lead to an account besides its own. */
export function pointersTo(account: Account): string[] {
  const aliases = otherAddresses(account).map(aliasKey)
  const usernames = account.credentials.map(({ realm, username }) => usernameKey(realm, username))
  return [...new Set([...aliases, ...usernames])]
}
