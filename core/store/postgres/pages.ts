/** Pages: many rows, read a part at a time. */
import type { Query, Statement } from './connection.ts'

/** Rows; the LIMIT of the statement. */
export const PAGE = 500

/**
 * `key`: texts that the rows are ordered by. The statement's last parameters are what these were in the last row of the page
 * before; its `values` are those that stand before them.
 */
export async function* readPages<Row extends object>(
  query: Query,
  { values = [], ...statement }: Statement,
  key: readonly (keyof Row)[],
): AsyncIterable<Row> {
  let after: unknown[] = key.map(() => '')
  for (;;) {
    const rows = await query<Row>({ ...statement, values: [...values, ...after] })
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = key.map((name) => last[name])
  }
}
