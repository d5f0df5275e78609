/** Readings of the change log: a snapshot difference, or, of a new primary, an overlap. */
import type { LoggedChange, LoggedKind } from './change-log.ts'
import type { Session } from './connection.ts'

/** How far the log has been read. */
export interface Cursor {
  /** What was visible to the last reading, as `pg_snapshot` writes it. */
  readonly snapshot: string
  /** When that began, on this process's own count of milliseconds. */
  readonly began: number
  readonly timeline: number
}

export interface HeardChange extends LoggedChange {
  /** Who has done it. */
  readonly node: string
}

export interface Row extends HeardChange {
  readonly operation: string
  readonly position: number
}

interface Reading {
  readonly snapshot: string
  readonly rows: readonly Row[] | null
  /** What was to be read has been removed from the log. */
  readonly isTooLate: boolean
}

export interface Wanted {
  readonly node: string
  readonly kinds: readonly LoggedKind[]
  /** Of these, what the node itself did too. */
  readonly own: readonly LoggedKind[]
}

/** Who is further behind is better off reading anew what he needs. */
const MOST_ROWS = 20_000
/** Longer than any transaction takes. */
const OVERLAP_SECONDS = 30
/** The log is kept for longer. */
const LONGEST_OVERLAP_SECONDS = 300

const ROWS = (which: string) => `(SELECT json_agg(found ORDER BY id) FROM (
    SELECT id, operation, position, node, kind, subject FROM change_log
    WHERE ${which} AND kind = ANY ($2) AND (node <> $3 OR kind = ANY ($4))
    ORDER BY id LIMIT ${MOST_ROWS + 1}) AS found) AS rows`

/**
 * The rows of transactions that are visible now and were not then. Numbers would not do, since a transaction with a lower
 * one may become visible later.
 */
const DIFFERENCE = {
  name: 'read-change-log',
  text: `SELECT pg_current_snapshot()::text AS snapshot,
    (SELECT transaction > pg_snapshot_xmin($1::pg_snapshot) FROM change_log_horizon) AS late,
    ${ROWS('transaction >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(transaction, $1::pg_snapshot)')}`,
}

/** A new primary may use numbers of transactions again that the old one had used in vain: what is recent is read again. */
const OVERLAP = {
  name: 'read-change-log-overlap',
  text: `SELECT pg_current_snapshot()::text AS snapshot, false AS late,
    ${ROWS('at > clock_timestamp() - make_interval(secs => $1::float8)')}`,
}

export async function readStart(session: Session): Promise<Pick<Cursor, 'snapshot' | 'began'>> {
  const began = performance.now()
  const text = 'SELECT pg_current_snapshot()::text AS snapshot'
  const [row] = await session.query<{ snapshot: string }>({ text })
  return { snapshot: row?.snapshot ?? '', began }
}

export async function readAfter(
  session: Session,
  cursor: Cursor,
  wanted: Wanted,
): Promise<Reading> {
  const sinceSeconds = (performance.now() - cursor.began) / 1_000 + OVERLAP_SECONDS
  const isSamePrimary = session.timeline === cursor.timeline
  const [row] = await session.query<{ snapshot: string; rows: Row[] | null; late: boolean }>({
    ...(isSamePrimary ? DIFFERENCE : OVERLAP),
    values: [
      isSamePrimary ? cursor.snapshot : Math.min(sinceSeconds, LONGEST_OVERLAP_SECONDS),
      ...[wanted.kinds, wanted.node, wanted.own],
    ],
  })
  if (!row) throw new Error('the database gave no answer')
  const isTooLate =
    row.late ||
    (row.rows?.length ?? 0) > MOST_ROWS ||
    (!isSamePrimary && sinceSeconds > LONGEST_OVERLAP_SECONDS)
  return { snapshot: row.snapshot, rows: row.rows, isTooLate }
}
