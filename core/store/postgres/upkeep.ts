/** Upkeep: removes what members that are gone have left, and what of the change log everybody has read. */
import type { Clock } from '../../model/clock.ts'
import type { Log } from '../../model/log.ts'
import { LASTING_SECONDS } from './change-log-reading.ts'
import type { Connection } from './connection.ts'
import { briefly } from './failure.ts'
import type { PostgresDatabase } from './postgres-database.ts'

/** Milliseconds. */
const EACH = 60_000
/** Who looks after a record has removed it long before. */
const GRACE = 60_000
/** How long a node may be cut off and still catch up by the log. */
const LOG_KEPT = 600_000
/** Rows, so that no statement takes long. */
const PORTION = 2_000

/** Rows that somebody is writing to are left for the next time: nobody waits for this. */
const REMOVE_OVER = ['publication', 'subscription', 'binding'].map((table) => ({
  name: `remove-over-${table}`,
  text: `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} WHERE expires_at < $1 LIMIT ${PORTION} FOR UPDATE SKIP LOCKED)) RETURNING 1`,
}))

/** First the horizon, whose row lets one node at a time do this; then what lies before it. */
const TRIM = {
  name: 'trim-change-log',
  text: `WITH moved AS (UPDATE change_log_horizon SET transaction = $1::xid8
      WHERE NOT lasting AND transaction < $1::xid8 RETURNING 1)
    DELETE FROM change_log WHERE transaction < $1::xid8
      AND transaction >= (SELECT transaction FROM change_log_horizon WHERE NOT lasting)
      AND kind NOT IN ('document', 'account') AND EXISTS (SELECT FROM moved)`,
}

const TRIM_LASTING = {
  name: 'trim-lasting-changes',
  text: `WITH gone AS (DELETE FROM change_log WHERE kind IN ('document', 'account')
      AND at < clock_timestamp() - make_interval(secs => ${LASTING_SECONDS}) RETURNING transaction),
    newest AS (SELECT transaction FROM gone ORDER BY transaction DESC LIMIT 1)
    UPDATE change_log_horizon AS horizon SET transaction = newest.transaction FROM newest
    WHERE horizon.lasting AND horizon.transaction < newest.transaction`,
}

export function startUpkeep({
  database: { upkeep },
  clock,
  log,
}: {
  database: Pick<PostgresDatabase, 'upkeep'>
  clock: Clock
  log: Log
}): { readonly stop: () => Promise<void> } {
  const trimLog = createTrimming(upkeep, clock)
  let isStopped = false
  let running = Promise.resolve()

  async function keepUp(): Promise<void> {
    try {
      for (const statement of REMOVE_OVER) {
        await removeAll(upkeep, { ...statement, values: [clock.now() - GRACE] }, () => isStopped)
      }
      await trimLog()
      await upkeep.query(TRIM_LASTING)
    } catch (error) {
      if (!isStopped) log.debug({ reason: briefly(error) }, 'the upkeep of the database waits')
    }
  }

  let cancel = clock.after(EACH, next)
  function next(): void {
    running = keepUp().then(() => {
      if (!isStopped) cancel = clock.after(EACH, next)
    })
  }

  return {
    async stop() {
      isStopped = true
      cancel()
      upkeep.close()
      await running
    },
  }
}

async function removeAll(
  upkeep: Connection,
  statement: Parameters<Connection['query']>[0],
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    const rows = await upkeep.query(statement)
    if (rows.length < PORTION) return
  }
}

/** Everything before a transaction is removed when it was the oldest one under way as long ago as the log is kept. */
function createTrimming(upkeep: Connection, clock: Clock): () => Promise<void> {
  const marks: { readonly at: number; readonly transaction: string }[] = []
  return async () => {
    const text = 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS transaction'
    const [row] = await upkeep.query<{ transaction: string }>({ text })
    if (row) marks.push({ at: clock.now(), ...row })
    const end = clock.now() - LOG_KEPT
    while ((marks[1]?.at ?? Infinity) <= end) marks.shift()
    const [oldest] = marks
    if (oldest && oldest.at <= end) await upkeep.query({ ...TRIM, values: [oldest.transaction] })
  }
}
