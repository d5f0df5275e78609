/** Administration store on PostgreSQL. */
import type { AdministrationStore } from '../../model/administration-store.ts'
import type { Query } from './connection.ts'
import { PAGE } from './pages.ts'
import { originalText, storedText } from './stored-text.ts'

interface Row {
  readonly key: string
  readonly value: unknown
}

export function createAdministrationStore({ query }: { query: Query }): AdministrationStore {
  return {
    async get(kind, key) {
      const [row] = await query<Row>({ ...GET, values: [kind, storedText(key)] })
      return row?.value
    },
    async put(kind, key, value) {
      await query({ ...PUT, values: [kind, storedText(key), JSON.stringify(value)] })
    },
    async remove(kind, key) {
      const removed = await query({ ...REMOVE, values: [kind, storedText(key)] })
      return removed.length > 0
    },
    async *list(kind, after) {
      let last: string | undefined = after === undefined ? undefined : storedText(after)
      for (;;) {
        const rows = await query<Row>({ ...LIST, values: [kind, last ?? null] })
        for (const { key, value } of rows) yield { key: originalText(key), value }
        if (rows.length < PAGE) return
        last = rows.at(-1)?.key
      }
    },
  }
}

const GET = {
  name: 'administration',
  text: 'SELECT value FROM administration WHERE kind = $1 AND key = $2',
}
const PUT = {
  name: 'put-administration',
  text: `INSERT INTO administration (kind, key, value) VALUES ($1, $2, $3)
  ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value`,
}
const REMOVE = {
  name: 'remove-administration',
  text: 'DELETE FROM administration WHERE kind = $1 AND key = $2 RETURNING key',
}
const LIST = {
  name: 'list-administration',
  text: `SELECT key, value FROM administration WHERE kind = $1 AND ($2::text IS NULL OR key > $2)
  ORDER BY key LIMIT ${PAGE}`,
}
