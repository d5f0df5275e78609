/** The table that an import reads, by whichever spelling of its name. */
import type { ImportFlags } from './import-flags.ts'

/** In lower case, without its database or schema. */
export function tableName({ table }: ImportFlags, usual: string): string {
  return (table ?? usual).split('.').at(-1)?.toLowerCase() ?? usual
}

export function noRows(file: string, table: string): string {
  return `${file}: there is no row of a table ${table} (--table NAME reads another)`
}
