/** Running nodes: nobody may use the database while what is in it becomes another. */
import type { Session } from './connection.ts'
import { NODE_LOCKS } from './node-lease.ts'
import { storedText } from './stored-text.ts'

/** What they keep in memory would be of another store. Rejects with an Error for the operator; `own` may run. */
export async function refuseRunningNodes(
  session: Pick<Session, 'query'>,
  own: readonly string[] = [],
): Promise<void> {
  if (!(await isNodeRunning(session, own))) return
  throw new Error(
    own.length > 0
      ? 'another Visage runs on the database: stop all nodes but the one that is asked'
      : 'a Visage runs on the database: stop every node first',
  )
}

/** Whether a Visage that is none of `own` bears a name on the database. */
export async function isNodeRunning(
  session: Pick<Session, 'query'>,
  own: readonly string[] = [],
): Promise<boolean> {
  const rows = await session.query({
    text: `SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND objid::bigint <> ALL (SELECT hashtext(name)::bigint & 4294967295 FROM unnest($2::text[]) AS own (name))
      LIMIT 1`,
    values: [NODE_LOCKS, own.map(storedText)],
  })
  return rows.length > 0
}
