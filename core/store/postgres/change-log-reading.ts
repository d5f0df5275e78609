/** Readings of the change log: a snapshot difference, or, of a new primary, an overlap. */
import { LASTING_KINDS, type LoggedChange, type LoggedKind } from './change-log.ts'
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
  readonly id: number
  readonly operation: string
  readonly position: number
}

interface Reading {
  readonly snapshot: string
  readonly rows: readonly Row[]
  /** What was to be read has been removed from the log, or is too much; what lasts is not. */
  readonly isTooLate: boolean
  /** Even of what lasts something has been removed. */
  readonly isLost: boolean
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
/** How long documents' and accounts' changes are kept. */
export const LASTING_SECONDS = 86_400

const ROWS = (which: string) => `(SELECT json_agg(found ORDER BY id) FROM (
    SELECT id, operation, position, node, kind, subject FROM change_log
    WHERE ${which} AND id > $5 AND kind = ANY ($2) AND (node <> $3 OR kind = ANY ($4))
    ORDER BY id LIMIT ${MOST_ROWS + 1}) AS found) AS rows`

/**
 * The rows of transactions that are visible now and were not then. Numbers would not do, since a transaction with a lower
 * one may become visible later.
 */
const DIFFERENCE = {
  name: 'read-change-log',
  text: `SELECT pg_current_snapshot()::text AS snapshot,
    (SELECT transaction > pg_snapshot_xmin($1::pg_snapshot) FROM change_log_horizon WHERE NOT lasting) AS late,
    (SELECT transaction >= pg_snapshot_xmin($1::pg_snapshot) FROM change_log_horizon WHERE lasting) AS lost,
    ${ROWS('transaction >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(transaction, $1::pg_snapshot)')}`,
}

/** A new primary may use numbers of transactions again that the old one had used in vain: what is recent is read again. */
const OVERLAP = {
  name: 'read-change-log-overlap',
  text: `SELECT pg_current_snapshot()::text AS snapshot, $1::float8 > ${LONGEST_OVERLAP_SECONDS} AS late,
    $1::float8 > ${LASTING_SECONDS} AS lost,
    ${ROWS('at > clock_timestamp() - make_interval(secs => $1::float8)')}`,
}

export async function readStart(session: Session): Promise<Pick<Cursor, 'snapshot' | 'began'>> {
  const began = performance.now()
  const text = 'SELECT pg_current_snapshot()::text AS snapshot'
  const [row] = await session.query<{ snapshot: string }>({ text })
  return { snapshot: row?.snapshot ?? '', began }
}

interface Answer {
  readonly snapshot: string
  readonly rows: Row[] | null
  readonly late: boolean
  readonly lost: boolean
}

export async function readAfter(
  session: Session,
  cursor: Cursor,
  wanted: Wanted,
): Promise<Reading> {
  const { snapshot, rows, late, lost } = await ask(session, cursor, wanted, 0)
  const all = rows ?? []
  return { snapshot, rows: all, isTooLate: late || all.length > MOST_ROWS, isLost: lost }
}

/** What lasts of what `readAfter` was too late for, a part at a time. */
export async function* readLasting(
  session: Session,
  cursor: Cursor,
  wanted: Wanted,
): AsyncIterable<readonly Row[]> {
  const kinds = wanted.kinds.filter((kind) => LASTING_KINDS.includes(kind))
  let last: number | undefined = 0
  while (last !== undefined) {
    const rows: readonly Row[] = (await ask(session, cursor, { ...wanted, kinds }, last)).rows ?? []
    yield rows
    last = rows.length > MOST_ROWS ? rows.at(-1)?.id : undefined
  }
}

/** `after`: the rows with higher IDs only. */
async function ask(
  session: Session,
  cursor: Cursor,
  { node, kinds, own }: Wanted,
  after: number,
): Promise<Answer> {
  const isSamePrimary = session.timeline === cursor.timeline
  const sinceSeconds = (performance.now() - cursor.began) / 1_000 + OVERLAP_SECONDS
  const [answer] = await session.query<Answer>({
    ...(isSamePrimary ? DIFFERENCE : OVERLAP),
    values: [isSamePrimary ? cursor.snapshot : sinceSeconds, kinds, node, own, after],
  })
  if (!answer) throw new Error('the database gave no answer')
  return answer
}
