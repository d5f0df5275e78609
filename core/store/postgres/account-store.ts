/** Account store on PostgreSQL. */
import type { Account } from '../../model/account.ts'
import type { AccountStore } from '../../model/stores.ts'
import type { Aor } from '../../uri/aor.ts'
import type { AccountReads, AccountRow } from './account-reads.ts'
import type { Query } from './connection.ts'
import { storedText } from './stored-text.ts'

export function createAccountStore({
  query,
  reads: { find, findByUsername },
  writer,
}: {
  query: Query
  reads: AccountReads
  writer: Pick<AccountStore, 'put' | 'remove'>
}): AccountStore {
  return {
    ...{ find, findByUsername },
    ...writer,
    list: (after) => allAccounts(query, after),
    async isEmpty() {
      return (
        (await query({ name: 'any-account', text: 'SELECT FROM account LIMIT 1' })).length === 0
      )
    },
  }
}

/** Rows that are read at once. */
const PAGE = 500
const NEXT = {
  name: 'next',
  text: `SELECT record FROM account WHERE aor > $1 ORDER BY aor LIMIT ${PAGE}`,
}

async function* allAccounts(query: Query, after?: Aor): AsyncIterable<Account> {
  let last = after === undefined ? '' : storedText(after)
  for (;;) {
    const rows = await query<AccountRow>({ ...NEXT, values: [last] })
    for (const { record } of rows) yield record
    const end = rows.at(-1)
    if (!end || rows.length < PAGE) return
    last = storedText(end.record.aor)
  }
}
