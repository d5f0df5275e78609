/** Check of account names: the rows that lead to accounts, laid beside what the accounts themselves say. */
import type { Account } from '../../model/account.ts'
import { RECORD_SHAPES } from '../check/record-shapes.ts'
import type { StoreProblem } from '../../model/store-problem.ts'
import { namesOfAccount, type AccountNames } from './account-names.ts'
import type { Query } from './connection.ts'
import { PAGE } from './pages.ts'

interface NameTable {
  readonly name: string
  readonly what: string
  readonly columns: readonly string[]
  readonly of: (names: AccountNames) => readonly (readonly string[])[]
}

const TABLES: readonly NameTable[] = [
  {
    ...{ name: 'account_address', what: 'address', columns: ['address'] },
    of: ({ addresses }) => addresses.map((address) => [address]),
  },
  {
    ...{ name: 'account_username', what: 'username', columns: ['realm', 'username'] },
    of: ({ realms, usernames }) => usernames.map((username, at) => [realms[at] ?? '', username]),
  },
]

interface AccountRow {
  readonly aor: string
  readonly record: Account
}

/** The address of an account, then a name as it stands in the table's columns. */
type Entry = readonly [aor: string, ...name: string[]]
type Entries = ReadonlyMap<string, Entry>

interface Held {
  readonly wanted: Entries
  readonly present: Entries
}

/** First what stands in the way of others goes, then what is missing is put in. */
export async function* problemsOfNames(query: Query, repair: boolean): AsyncIterable<StoreProblem> {
  for (const table of TABLES) {
    for await (const { wanted, present } of held(query, table)) {
      for (const entry of without(present, wanted)) {
        if (repair) await query({ text: removal(table), values: entry })
        yield { what: 'orphan', where: printed(table, entry), isRepaired: repair }
      }
    }
    for await (const { wanted, present } of held(query, table)) {
      for (const entry of without(wanted, present)) {
        // What another account has by right stays where it is: a person decides.
        const stored = repair ? await query({ text: insertion(table), values: entry }) : []
        yield { what: 'missing', where: printed(table, entry), isRepaired: stored.length > 0 }
      }
    }
  }
}

const printed = ({ what }: NameTable, [aor, ...name]: Entry) =>
  `${what} ${name.join(' ')} of ${aor}`

const without = (these: Entries, those: Entries) =>
  [...these].filter(([key]) => !those.has(key)).map(([, entry]) => entry)

const entriesOf = (entries: readonly Entry[]): Entries =>
  new Map(entries.map((entry) => [JSON.stringify(entry), entry]))

/** A page of accounts at a time. One that cannot be read has been told already, and keeps its names. */
async function* held(query: Query, { name, columns, of }: NameTable): AsyncIterable<Held> {
  let last = ''
  for (;;) {
    const rows = await query<AccountRow>({ text: ACCOUNTS, values: [last] })
    const readable = rows.filter(({ record }) => RECORD_SHAPES.account(record))
    const found = await query<{ entry: Entry }>({
      text: `SELECT ARRAY[aor, ${columns.join(', ')}] AS entry FROM ${name} WHERE aor = ANY ($1)`,
      values: [readable.map(({ aor }) => aor)],
    })
    yield {
      present: entriesOf(found.map(({ entry }) => entry)),
      wanted: entriesOf(
        readable.flatMap(({ aor, record }) =>
          of(namesOfAccount(record)).map((names): Entry => [aor, ...names]),
        ),
      ),
    }
    const end = rows.at(-1)
    if (!end || rows.length < PAGE) return
    last = end.aor
  }
}

const ACCOUNTS = `SELECT aor, record FROM account WHERE aor > $1 ORDER BY aor LIMIT ${PAGE}`

const numbersOf = ({ columns }: NameTable) => ['$1', ...columns.map((_, at) => `$${at + 2}`)]

const removal = (table: NameTable) =>
  `DELETE FROM ${table.name} WHERE (aor, ${table.columns.join(', ')}) = (${numbersOf(table).join(', ')})`

const insertion = (table: NameTable) =>
  `INSERT INTO ${table.name} (aor, ${table.columns.join(', ')}) VALUES (${numbersOf(table).join(', ')})
    ON CONFLICT DO NOTHING RETURNING 1`
