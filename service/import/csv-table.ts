/** Subscriber table as CSV: username,domain,ha1[,realm], or columns in the order of a header line. RFC 4180. */
import { AccountProblem } from '../account-problem.ts'
import { valuesBy, type TableRow } from './table-row.ts'

const COLUMNS = ['username', 'domain', 'ha1', 'realm']
const LONGEST_LINE = 2 ** 20
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/

export async function* readCsvTable(
  pieces: AsyncIterable<Uint8Array>,
  table: string,
): AsyncIterable<TableRow> {
  let columns = COLUMNS
  let line = 0
  for await (const content of linesOf(pieces)) {
    line++
    if (content.trim() === '') continue
    const values = splitRow(line === 1 ? content.replace(BYTE_ORDER_MARK, '') : content)
    const names = values.map((value) => value.trim().toLowerCase())
    if (line === 1 && names.includes('username')) columns = names
    else yield { table, line, value: valuesBy(columns, values) }
  }
}

/** One character for each octet. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + Buffer.from(piece).toString('latin1')).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new AccountProblem('a line is longer than 1 MB')
    yield* lines
  }
  yield rest
}

/** Values between commas, in double quotes where they hold one. RFC 4180 §2. */
export function splitRow(row: string): string[] {
  const values = row.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)(?=,|$)/g) ?? []
  return values.map((value) =>
    value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value,
  )
}
