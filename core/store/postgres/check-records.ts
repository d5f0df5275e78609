/** Check of JSON records: whether each has the shape that its readers rely on, and stands in the row of what it names. */
import { RECORD_SHAPES, type Shape } from '../check/record-shapes.ts'
import type { LostRecords } from '../check/lost-records.ts'
import type { StoreProblem } from '../../model/store-problem.ts'
import type { Query } from './connection.ts'
import { PAGE, readPages } from './pages.ts'
import { storedText } from './stored-text.ts'

interface RecordTable {
  readonly name: string
  readonly key: readonly string[]
  readonly record: string
  readonly shape: Shape
  /** Columns, and the members of the record that say the same. */
  readonly names?: Readonly<Record<string, string>>
}

const inRecord = { record: 'record' }

const TABLES: readonly RecordTable[] = [
  {
    ...{ name: 'account', key: ['aor'], record: 'record', shape: RECORD_SHAPES.account },
    names: { aor: 'aor' },
  },
  {
    ...{ name: 'contact_pair', key: ['user_aor', 'contact'], record: 'record' },
    ...{ shape: RECORD_SHAPES.pair, names: { user_aor: 'user', contact: 'contact' } },
  },
  {
    ...{ name: 'listed_contacts', key: ['user_aor'], record: 'contacts' },
    shape: RECORD_SHAPES.listed,
  },
  {
    ...{ name: 'capabilities', key: ['hash'], record: 'features' },
    shape: RECORD_SHAPES.capabilities,
  },
  {
    ...{ name: 'administration', key: ['kind', 'key'], record: 'value' },
    shape: RECORD_SHAPES.administration,
  },
  {
    ...{ name: 'browser_session', key: ['id'], record: 'credentials' },
    shape: RECORD_SHAPES.credentials,
  },
  {
    ...{ ...inRecord, name: 'publication', key: ['presentity', 'event_package', 'id'] },
    shape: RECORD_SHAPES.storedPublication,
  },
  {
    ...{ ...inRecord, name: 'subscription', key: ['id'], shape: RECORD_SHAPES.subscription },
    names: { id: 'id', presentity: 'presentity', event_package: 'eventPackage' },
  },
  {
    ...{ ...inRecord, name: 'binding', key: ['aor', 'contact'], shape: RECORD_SHAPES.binding },
    names: { aor: 'aor', contact: 'contact' },
  },
]

interface RecordCheck {
  readonly query: Query
  /** Present: what cannot be read is taken out of the table and kept there. */
  readonly lost?: LostRecords
  readonly progress: (what: string) => void
}

type Row = Readonly<Record<string, unknown>>

export async function* problemsOfRecords({
  query,
  lost,
  progress,
}: RecordCheck): AsyncIterable<StoreProblem> {
  for (const table of TABLES) {
    const { name, key, record } = table
    for await (const row of readPages<Row>(query, { text: selection(table) }, key)) {
      progress(name)
      if (isAsItShouldBe(table, row)) continue
      const values = key.map((column) => row[column])
      const where = `${name} ${values.join(' ')}`
      if (lost) {
        await lost.keep(where, Buffer.from(JSON.stringify(row[record])))
        await query({ text: removal(table), values })
      }
      yield { what: 'unreadable', where, isRepaired: lost !== undefined }
    }
  }
}

const numbersOf = (key: readonly string[]) => key.map((_, at) => `$${at + 1}`).join(', ')

function selection({ name, key, record, names = {} }: RecordTable): string {
  const columns = [...new Set([...key, ...Object.keys(names), record])].join(', ')
  return `SELECT ${columns} FROM ${name} WHERE ${record} IS NOT NULL
    AND (${key.join(', ')}) > (${numbersOf(key)}) ORDER BY ${key.join(', ')} LIMIT ${PAGE}`
}

function removal({ name, key }: RecordTable): string {
  return `DELETE FROM ${name} WHERE (${key.join(', ')}) = (${numbersOf(key)})`
}

function isAsItShouldBe({ record, shape, names = {} }: RecordTable, row: Row): boolean {
  const value = row[record]
  if (!shape(value)) return false
  return Object.entries(names).every(
    ([column, member]) => storedText(String((value as Row)[member])) === row[column],
  )
}
