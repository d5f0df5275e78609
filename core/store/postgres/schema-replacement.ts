/** Replacement of the store in a database by another that was written into a schema of its own: in one transaction. */
import { createConnection, type Session } from './connection.ts'
import { NODE_LOCKS } from './node-lease.ts'
import { parsePostgresUrl } from './postgres-url.ts'
import { createPrimaryFinder } from './primary.ts'

/** Where a store is written that is not complete; the next replacement removes it. */
export const REPLACEMENT_SCHEMA = 'visage_restore'

const PATIENCE_MS = 600_000

interface Place {
  readonly url: string
  readonly node: string
}

/** Makes the schema, empty. Rejects with an Error for the operator when a Visage runs on the database. */
export function prepareReplacement(place: Place): Promise<void> {
  return withSession(place, async (session) => {
    await refuseNodes(session)
    await session.query({ text: `DROP SCHEMA IF EXISTS ${REPLACEMENT_SCHEMA} CASCADE` })
    await session.query({ text: `CREATE SCHEMA ${REPLACEMENT_SCHEMA}` })
  })
}

/** `aside`: the schema into which the present tables go. Nothing is changed when it rejects. */
export function replaceTables(place: Place, aside: string): Promise<void> {
  return withSession(place, async (session) => {
    await session.query({ text: 'BEGIN' })
    await refuseNodes(session)
    const [row] = await session.query<{ name: string }>({ text: 'SELECT current_schema() AS name' })
    const present = quoted(row?.name ?? 'public')
    await session.query({ text: `CREATE SCHEMA ${quoted(aside)}` })
    for (const { kind, name } of await relations(session)) {
      const alter = `ALTER ${kind} IF EXISTS`
      const relation = quoted(name)
      await session.query({ text: `${alter} ${present}.${relation} SET SCHEMA ${quoted(aside)}` })
      await session.query({
        text: `${alter} ${REPLACEMENT_SCHEMA}.${relation} SET SCHEMA ${present}`,
      })
    }
    await session.query({ text: `DROP SCHEMA ${REPLACEMENT_SCHEMA}` })
    await session.query({ text: 'COMMIT' })
  })
}

/** A column's own sequence, and a table's indexes, go with the table. */
function relations(session: Session) {
  return session.query<{ kind: 'TABLE' | 'SEQUENCE'; name: string }>({
    text: `SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, relname AS name FROM pg_class
      WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'i'))`,
    values: [REPLACEMENT_SCHEMA],
  })
}

/** What they keep in memory would be of another store. */
async function refuseNodes(session: Session): Promise<void> {
  const rows = await session.query({
    text: `SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1`,
    values: [NODE_LOCKS],
  })
  if (rows.length > 0) throw new Error('a Visage runs on the database: stop every node first')
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

async function withSession<T>(
  { url, node }: Place,
  action: (session: Session) => Promise<T>,
): Promise<T> {
  const primary = createPrimaryFinder({ place: parsePostgresUrl(url), node })
  const connection = createConnection(primary, 'restore', PATIENCE_MS)
  try {
    return await action(await connection.session())
  } finally {
    connection.close()
  }
}
