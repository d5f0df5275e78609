/** Row of a foreign table, whichever file it came in. */

export interface TableRow {
  /** Without its database or schema. */
  readonly table: string
  /** In the file, from 1: of the row, or of the statement that has it. */
  readonly line: number
  /** Which row of a statement with several it is, from 1. */
  readonly row?: number
  /** By the column's name in lower case, one character for each octet. Undefined: NULL, or there is no such column. */
  readonly value: (column: string) => string | undefined
}

/** `line 57, row 12`. */
export function placeOf({ line, row }: TableRow): string {
  return row === undefined ? `line ${line}` : `line ${line}, row ${row}`
}

/** Undefined: NULL, nothing but blanks, or no such column. */
export function textOf(row: TableRow, column: string): string | undefined {
  const value = row.value(column)
  const text = value === undefined ? '' : Buffer.from(value, 'latin1').toString('utf8').trim()
  return text === '' ? undefined : text
}

export function valuesBy(
  columns: readonly string[],
  values: readonly (string | undefined)[],
): TableRow['value'] {
  return (column) => values[columns.indexOf(column)]
}
