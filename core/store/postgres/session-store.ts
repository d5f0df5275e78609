/** Session store on PostgreSQL: read anew each time, so that a session that was ended on one node is over on all. */
import { withSession, type BrowserSession } from '../../model/browser-session.ts'
import type { Clock } from '../../model/clock.ts'
import type { SessionStore } from '../../model/stores.ts'
import type { Aor } from '../../uri/aor.ts'
import { createTurns } from '../turns.ts'
import type { Query } from './connection.ts'
import { originalText, storedText } from './stored-text.ts'

/** Of all accounts together. */
const MOST_SESSIONS = 100_000

export function createSessionStore({
  query,
  clock,
  capacity = MOST_SESSIONS,
}: {
  query: Query
  clock: Clock
  capacity?: number
}): SessionStore {
  const turns = createTurns()

  const ofAccount = (aor: Aor) => readSessions(query, aor, clock.now())

  return {
    ofAccount,
    async find(id) {
      const [row] = await query<SessionRow>({ ...BY_ID, values: [storedText(id), clock.now()] })
      return row && sessionOf(row)
    },
    // Sessions of one account are counted one after the other.
    add: (session) =>
      turns.take(session.aor, () => addSession(session, { query, clock, capacity })),
    async prolong(id, expires) {
      const [row] = await query<SessionRow>({
        ...PROLONG,
        values: [storedText(id), clock.now(), expires],
      })
      return row && sessionOf(row)
    },
    async remove(id) {
      return (await query({ ...REMOVE, values: [storedText(id)] })).length > 0
    },
    async sweep() {
      return (await query({ ...SWEEP, values: [clock.now()] })).length
    },
  }
}

async function readSessions(
  query: Query,
  aor: Aor,
  now: number,
): Promise<readonly BrowserSession[]> {
  const rows = await query<SessionRow>({ ...OF_ACCOUNT, values: [storedText(aor), now] })
  return rows.map(sessionOf)
}

async function addSession(
  session: BrowserSession,
  { query, clock, capacity }: { query: Query; clock: Clock; capacity: number },
): Promise<'stored' | 'no-room'> {
  const now = clock.now()
  const before = await readSessions(query, session.aor, now)
  const after = withSession(before, session, now)
  const kept = new Set(after.map(({ id }) => id))
  const over = before.filter(({ id }) => !kept.has(id)).map(({ id }) => storedText(id))
  const limit = after.length > before.length ? capacity : null
  const rows = await query({ ...ADD, values: [...valuesOf(session), over, limit] })
  return rows.length > 0 ? 'stored' : 'no-room'
}

interface SessionRow extends Pick<
  BrowserSession,
  'created' | 'expires' | 'remembered' | 'credentials'
> {
  readonly id: string
  readonly aor: string
}

const COLUMNS = 'id, aor, created, expires, remembered, credentials'
const BY_ID = {
  name: 'by-id',
  text: `SELECT ${COLUMNS} FROM browser_session WHERE id = $1 AND expires > $2`,
}
const OF_ACCOUNT = {
  name: 'of-account',
  text: `SELECT ${COLUMNS} FROM browser_session WHERE aor = $1 AND expires > $2
  ORDER BY created, added`,
}
const ADD = {
  name: 'add',
  text: `WITH over AS (DELETE FROM browser_session WHERE id = ANY ($7::text[]))
  INSERT INTO browser_session (${COLUMNS})
  SELECT $1::text, $2::text, $3::bigint, $4::bigint, $5::boolean, $6::json
  WHERE $8::integer IS NULL OR (SELECT count(*) FROM browser_session) < $8::integer
  ON CONFLICT (id) DO UPDATE SET expires = excluded.expires RETURNING id`,
}
const PROLONG = {
  name: 'prolong',
  text: `UPDATE browser_session SET expires = $3 WHERE id = $1 AND expires > $2
  RETURNING ${COLUMNS}`,
}
const REMOVE = {
  name: 'remove',
  text: 'DELETE FROM browser_session WHERE id = $1 RETURNING id',
}
const SWEEP = {
  name: 'sweep',
  text: 'DELETE FROM browser_session WHERE expires <= $1 RETURNING id',
}

function valuesOf({ id, aor, created, expires, remembered, credentials }: BrowserSession) {
  const names = [storedText(id), storedText(aor)]
  return [...names, created, expires, remembered, JSON.stringify(credentials)]
}

function sessionOf({ id, aor, ...rest }: SessionRow): BrowserSession {
  return { id: originalText(id), aor: originalText(aor) as Aor, ...rest }
}
