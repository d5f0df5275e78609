/** Head of an SQL statement: which table it is about, and which columns. */
import type { SqlToken } from './sql-lexeme.ts'

export interface SqlHead {
  /** In lower case, without database or schema. */
  readonly table?: string
  /** In lower case, in their order; none: they are not named here. */
  readonly columns: readonly string[]
}

/** What stands in CREATE TABLE where a column could. */
const NO_COLUMN =
  /^(?:primary|key|unique|constraint|index|fulltext|spatial|foreign|check|exclude|period)$/i
const BEFORE_NAME = /^(?:into|table|copy)$/i
const AFTER_NAME = /^(?:values|from|\()$/i
const NO_NAME = /^(?:if|not|exists|only)$/i

/** Of INSERT, REPLACE, CREATE TABLE and COPY. */
export function sqlHead(tokens: readonly SqlToken[]): SqlHead {
  const start = tokens.findIndex(({ value }) => BEFORE_NAME.test(value)) + 1
  const rest = tokens.slice(start)
  const stop = rest.findIndex(({ value }) => AFTER_NAME.test(value))
  const names = rest
    .slice(0, stop < 0 ? undefined : stop)
    .filter(({ kind, value }) => kind !== 'mark' && !NO_NAME.test(value))
  const table = names.at(-1)?.value.split('.').at(-1)?.toLowerCase()
  return { ...(table !== undefined && { table }), columns: columnsIn(tokens) }
}

/** Keywords and other unquoted words, in lower case. */
export function wordsOf(tokens: readonly SqlToken[]): string[] {
  return tokens.flatMap(({ kind, value }) => (kind === 'word' ? [value.toLowerCase()] : []))
}

export function isMark({ kind, value }: SqlToken, mark: string): boolean {
  return kind === 'mark' && value === mark
}

/** The first word of each item of the first parenthesis. */
function columnsIn(tokens: readonly SqlToken[]): string[] {
  const columns: string[] = []
  let depth = 0
  let isFirst = false
  for (const token of tokens) {
    if (isFirst && (token.kind === 'name' || !NO_COLUMN.test(token.value))) {
      columns.push(token.value.toLowerCase())
    }
    if (isMark(token, '(')) depth++
    if (isMark(token, ')') && --depth === 0) break
    isFirst = depth === 1 && (isMark(token, '(') || isMark(token, ','))
  }
  return columns
}
