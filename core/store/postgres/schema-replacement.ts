/** Replacement of the store in a database by another that was written into a schema of its own: in one transaction. */
import { setTimeout as pause } from 'node:timers/promises'
import { createConnection, type Session } from './connection.ts'
import { parsePostgresUrl } from './postgres-url.ts'
import { createPrimaryFinder } from './primary.ts'
import { isNodeRunning, refuseRunningNodes } from './running-nodes.ts'

/** Where a store is written that is not complete; the next replacement removes it. */
export const REPLACEMENT_SCHEMA = 'visage_restore'

const PATIENCE_MS = 600_000
const ENDING_LOOKS = 20
const ENDING_PAUSE_MS = 100

interface Place {
  readonly url: string
  readonly node: string
}

/** Makes the schema, empty. Rejects with an Error for the operator when a Visage runs on the database that is none of `own`. */
export function prepareReplacement(place: Place, own: readonly string[] = []): Promise<void> {
  return withSession(place, async (session) => {
    await refuseRunningNodes(session, own)
    await session.query({ text: `DROP SCHEMA IF EXISTS ${REPLACEMENT_SCHEMA} CASCADE` })
    await session.query({ text: `CREATE SCHEMA ${REPLACEMENT_SCHEMA}` })
  })
}

/**
 * `aside`: the schema into which the present tables go. Nothing is changed when it rejects.
 * `keepWatchers`: the present subscriptions go on, and are told everything anew.
 */
export function replaceTables(
  place: Place,
  aside: string,
  { keepWatchers }: { readonly keepWatchers: boolean },
): Promise<void> {
  return withSession(place, async (session) => {
    await waitForOwnEnd(session)
    await session.query({ text: 'BEGIN' })
    // A node that starts writes there before it reads anything: it waits, and then sees the new tables.
    await session.query({ text: 'LOCK TABLE node' })
    await refuseRunningNodes(session)
    const [row] = await session.query<{ name: string }>({ text: 'SELECT current_schema() AS name' })
    const present = quoted(row?.name ?? 'public')
    if (keepWatchers) for (const text of keepingWatchers(present)) await session.query({ text })
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

/** A node that is thought to have crashed tells its watchers everything. */
const keepingWatchers = (present: string) => [
  `INSERT INTO ${REPLACEMENT_SCHEMA}.subscription SELECT * FROM ${present}.subscription`,
  `INSERT INTO ${REPLACEMENT_SCHEMA}.node (name, running) SELECT name, true FROM ${present}.node
    ON CONFLICT (name) DO UPDATE SET running = true`,
]

/** A column's own sequence, and a table's indexes, go with the table. */
function relations(session: Session) {
  return session.query<{ kind: 'TABLE' | 'SEQUENCE'; name: string }>({
    text: `SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, relname AS name FROM pg_class
      WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'i'))`,
    values: [REPLACEMENT_SCHEMA],
  })
}

/** The server notices a moment later that a process has closed its connections. */
async function waitForOwnEnd(session: Session): Promise<void> {
  for (let times = 0; times < ENDING_LOOKS && (await isNodeRunning(session)); times++) {
    await pause(ENDING_PAUSE_MS)
  }
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
