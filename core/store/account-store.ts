/** Account store on Level. */
import type { Log } from '../model/log.ts'
import type { AccountStore } from '../model/stores.ts'
import type { AccountReader } from './account-reader.ts'
import { accountIn, accountKey } from './account-record.ts'
import type { LevelDatabase } from './level-database.ts'
import { keysBelow } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'

export function createAccountStore({
  database,
  reader,
  writer,
  log,
}: {
  database: LevelDatabase
  reader: AccountReader
  writer: Pick<AccountStore, 'put' | 'remove'>
  log: Log
}): AccountStore {
  return {
    ...reader,
    ...writer,
    async *list(after) {
      const all = keysBelow('account')
      const range = after === undefined ? all : { ...all, gt: accountKey(after) }
      for await (const [key, bytes] of database.entries(range)) {
        const account = readableOr(undefined, log, () => accountIn(key, bytes))
        if (account) yield account
      }
    },
    isEmpty: async () => !(await database.hasAny(keysBelow('account'))),
  }
}
