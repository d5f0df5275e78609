/** Account reads: by address, by alias, and by what a digest response names; from memory as long as the feed is live. */
import type { Account } from '../../model/account.ts'
import { createAccountCache } from '../account-reader.ts'
import type { AccountStore } from '../../model/stores.ts'
import { usernameKey } from '../account-record.ts'
import { namesInKey } from '../record-key.ts'
import type { Query } from './connection.ts'
import { createFollowedReads } from './followed-reads.ts'
import { storedText } from './stored-text.ts'

export interface AccountReads extends Pick<AccountStore, 'find' | 'findByUsername'> {
  /** Addresses, and keys of usernames, which lead elsewhere now. */
  readonly forget: (names: readonly string[]) => void
  readonly forgetAll: () => void
}

export interface AccountRow {
  readonly record: Account
}

export function createAccountReads({
  query,
  isLive,
}: {
  query: Query
  isLive: () => boolean
}): AccountReads {
  const parts = { isLive, kept: createAccountCache() }
  const byAddress = createFollowedReads<Account>({
    ...parts,
    ask: (name) => readAccount(query, name),
  })
  return {
    find: (address) => byAddress.read(address),
    findByUsername: (realm, username) => byAddress.read(usernameKey(realm, username)),
    forget(names) {
      for (const name of names) byAddress.forget(name)
    },
    forgetAll: byAddress.forgetAll,
  }
}

const BY_ADDRESS = {
  name: 'by-address',
  text: `SELECT record FROM account JOIN account_address USING (aor) WHERE address = $1`,
}
const BY_USERNAME = {
  name: 'by-username',
  text: `SELECT record FROM account JOIN account_username USING (aor)
  WHERE realm = $1 AND username = $2`,
}

/** By an address, or by the key of a username. */
async function readAccount(query: Query, name: string): Promise<Account | undefined> {
  const [realm, username] = namesInKey(name)
  const [row] =
    realm !== undefined && username !== undefined
      ? await query<AccountRow>({
          ...BY_USERNAME,
          values: [storedText(realm), storedText(username)],
        })
      : await query<AccountRow>({ ...BY_ADDRESS, values: [storedText(name)] })
  return row?.record
}
