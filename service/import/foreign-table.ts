/** Rows of a foreign table out of a file: an SQL dump, or CSV. */
import { readCsvTable } from './csv-table.ts'
import { requireText } from './no-text.ts'
import { readSqlDump } from './sql-dump.ts'
import type { TableRow } from './table-row.ts'

const SQL =
  /^(?:\xef\xbb\xbf)?\s*(?:--|\/\*|#|(?:insert|replace|create|copy|pragma|begin|set|drop|use|lock|start)\s|\\restrict)/i

/** `csvTable`: what a file that is no SQL holds; absent: it is SQL. Rejects with AccountProblem where it is neither. */
export async function* readForeignTables(
  pieces: AsyncIterable<Uint8Array>,
  { tables, csvTable }: { tables: readonly string[]; csvTable?: string },
): AsyncIterable<TableRow> {
  const source = pieces[Symbol.asyncIterator]()
  const first = await source.next()
  if (first.done) return
  const all = goOn(first.value, source)
  const start = Buffer.from(first.value.subarray(0, 256)).toString('latin1')
  requireText(start)
  const isSql = SQL.test(start)
  yield* csvTable !== undefined && !isSql ? readCsvTable(all, csvTable) : readSqlDump(all, tables)
}

async function* goOn(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> {
  yield first
  yield* { [Symbol.asyncIterator]: () => rest }
}
