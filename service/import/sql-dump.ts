/** SQL dump: the rows of some tables, as mysqldump, pg_dump and sqlite3 write them; in bounded memory, however long it is. */
import { AccountProblem } from '../account-problem.ts'
import { copiedRow } from './copied-row.ts'
import { isMark, sqlHead, wordsOf } from './sql-head.ts'
import type { SqlToken } from './sql-lexeme.ts'
import { createSqlTokens } from './sql-tokens.ts'
import { valuesBy, type TableRow } from './table-row.ts'
import { createValueLists } from './value-lists.ts'

/** Rejects with AccountProblem where columns are not named anywhere, and where the dump is cut off. */
export async function* readSqlDump(
  pieces: AsyncIterable<Uint8Array>,
  tables: readonly string[],
): AsyncIterable<TableRow> {
  const tokens = createSqlTokens()
  const statement = newStatement(tables)
  function* rows(): Iterable<TableRow> {
    for (;;) {
      const taken = statement.phase === 'copy' ? tokens.restOfLine() : tokens.next()
      if (taken === undefined) return
      const isLine = typeof taken === 'string'
      const line = tokens.line()
      const row = isLine ? takeLine(statement, taken, line - 1) : take(statement, taken, line)
      if (row) yield row
    }
  }
  for await (const piece of pieces) {
    tokens.push(Buffer.from(piece).toString('latin1'))
    yield* rows()
  }
  tokens.end()
  yield* rows()
  if (!tokens.isSpent() || statement.phase === 'copy' || statement.phase === 'values') {
    throw new AccountProblem('the dump ends in the middle of a statement: it is not whole')
  }
}

/** `head`: up to what tells which statement it is. `skip`: to its end. */
type Phase = 'head' | 'skip' | 'values' | 'copy'

/** Where the rows go that come now. */
interface Destination {
  readonly table: string
  readonly columns: readonly string[]
}

/** A statement whose head is longer says nothing of rows. */
const LONGEST_HEAD = 4096
const INSERTS = ['insert', 'replace']
const KNOWN = [...INSERTS, 'create', 'copy']

interface Statement {
  readonly wanted: readonly string[]
  /** Columns by table, as CREATE TABLE said. */
  readonly created: Map<string, readonly string[]>
  phase: Phase
  head: SqlToken[]
  /** Undefined: nobody wants the rows. */
  into: Destination | undefined
  lists: ReturnType<typeof createValueLists>
  /** How many there were. */
  rows: number
}

function newStatement(wanted: readonly string[]): Statement {
  const lists = createValueLists()
  return { wanted, created: new Map(), phase: 'head', head: [], into: undefined, lists, rows: 0 }
}

function start(statement: Statement, phase: Phase): void {
  Object.assign(statement, { phase, head: [], lists: createValueLists(), rows: 0 })
}

function take(statement: Statement, token: SqlToken, line: number): TableRow | undefined {
  if (statement.phase === 'values') return takeValue(statement, token, line)
  if (statement.phase === 'head') takeHead(statement, token, line)
  else if (isMark(token, ';')) start(statement, 'head')
  return undefined
}

function takeHead(statement: Statement, token: SqlToken, line: number): void {
  const { head } = statement
  if (isMark(token, ';')) {
    endHead(statement, line)
    return
  }
  head.push(token)
  const [verb = ''] = wordsOf(head.slice(0, 1))
  if (!KNOWN.includes(verb) || head.length > LONGEST_HEAD) start(statement, 'skip')
  else if (INSERTS.includes(verb) && wordsOf([token])[0] === 'values') {
    statement.into = destination(statement, line)
    start(statement, statement.into ? 'values' : 'skip')
  }
}

function endHead(statement: Statement, line: number): void {
  const words = wordsOf(statement.head)
  const { table, columns } = sqlHead(statement.head)
  if (words[0] === 'create' && table !== undefined && statement.wanted.includes(table)) {
    // CREATE INDEX names its columns too.
    if (words.includes('table')) statement.created.set(table, columns)
  }
  const isCopy = words[0] === 'copy' && words.includes('stdin')
  if (isCopy) statement.into = destination(statement, line)
  start(statement, isCopy ? 'copy' : 'head')
}

function destination({ head, wanted, created }: Statement, line: number): Destination | undefined {
  const { table, columns: named } = sqlHead(head)
  if (table === undefined || !wanted.includes(table)) return undefined
  const columns = named.length > 0 ? named : created.get(table)
  if (columns) return { table, columns }
  throw new AccountProblem(
    `line ${line}: the dump does not name the columns of ${table}: ` +
      `dump it with its CREATE TABLE or with column names`,
  )
}

function takeValue(statement: Statement, token: SqlToken, line: number): TableRow | undefined {
  const values = statement.lists.take(token)
  if (values === 'end') start(statement, 'head')
  if (values === 'end' || !values || !statement.into) return undefined
  const { table, columns } = statement.into
  return { table, line, row: ++statement.rows, value: valuesBy(columns, values) }
}

/** Of the rows that follow COPY; the first one ends the line of the statement. */
function takeLine(statement: Statement, text: string, line: number): TableRow | undefined {
  if (statement.rows++ === 0) return undefined
  if (text === '\\.') start(statement, 'head')
  if (text === '\\.' || !statement.into) return undefined
  const { table, columns } = statement.into
  return { table, line, value: valuesBy(columns, copiedRow(text)) }
}
