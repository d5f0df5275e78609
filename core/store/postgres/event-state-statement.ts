/** The one statement that writes the event state of a turn: rows sorted, so that two nodes never wait for each other in a circle. */
import type {
  BindingRecord,
  EventStateWrite,
  PublicationRecord,
  SubscriptionRecord,
} from '../../model/event-state.ts'
import { newEntityTag } from '../../model/entity-tag.ts'
import type { Statement } from './connection.ts'
import type { Operation } from './operation.ts'
import { storedText } from './stored-text.ts'

/** What is written together, by table; each record at most once. */
export interface EventStateBatch {
  readonly publications: Map<string, PublicationRow>
  readonly subscriptions: Map<string, SubscriptionRow>
  /** By ID. */
  readonly unsubscribed: Set<string>
  readonly bindings: Map<string, BindingRow>
  readonly unbound: Map<string, Pick<BindingRow, 'aor' | 'contact'>>
}

export interface PublicationRow {
  readonly presentity: string
  readonly event_package: string
  readonly id: string
  /** Also what is removed gets one, so that an attempt after the one that removed it finds its own. */
  readonly tag: string
  readonly replaces: string | undefined
  readonly expires_at: number
  /** Absent: it is removed. */
  readonly record?: StoredPublication
}

/** What no column of its own holds. */
export type StoredPublication = Pick<
  PublicationRecord,
  'contentType' | 'body' | 'source' | 'publishedAt'
>

interface SubscriptionRow {
  readonly id: string
  readonly presentity: string
  readonly event_package: string
  readonly expires_at: number
  readonly record: SubscriptionRecord
}

interface BindingRow {
  readonly aor: string
  readonly contact: string
  readonly expires_at: number
  readonly record: BindingRecord
}

type PublicationWrite = Extract<EventStateWrite, { put: 'publication' } | { remove: 'publication' }>

/** `now`: a publication that is removed is over then. */
export function publicationRow(write: PublicationWrite, now: number): PublicationRow {
  if ('remove' in write) {
    const name = nameOf(write)
    return { ...name, tag: newEntityTag(), replaces: write.replaces, expires_at: now }
  }
  const { contentType, body, source, publishedAt, tag, expiresAt } = write.record
  const record = { contentType, body, publishedAt, ...(source !== undefined && { source }) }
  const name = nameOf(write.record)
  return { ...name, tag, replaces: write.replaces, expires_at: expiresAt, record }
}

function nameOf(named: Pick<PublicationRecord, 'presentity' | 'eventPackage' | 'id'>) {
  return {
    presentity: storedText(named.presentity),
    event_package: storedText(named.eventPackage),
    id: storedText(named.id),
  }
}

export function subscriptionRow(record: SubscriptionRecord): SubscriptionRow {
  return {
    id: storedText(record.id),
    presentity: storedText(record.presentity),
    event_package: storedText(record.eventPackage),
    // Until when it is remembered.
    expires_at: record.waitingUntil ?? record.expiresAt,
    record,
  }
}

export function bindingRow(record: BindingRecord): BindingRow {
  const { aor, contact, expiresAt } = record
  return { aor: storedText(aor), contact: storedText(contact), expires_at: expiresAt, record }
}

/** Gives one row: `accepted`, the names of the publications that were written, or null when all were. */
export function writeStatement(
  batch: EventStateBatch,
  { operation, node }: { operation: Operation; node: string },
): Statement {
  const values: unknown[] = [operation, node]
  const parts: string[] = []
  const told: string[] = []
  let name = 'write-event-state'
  for (const [index, { text, tells, rowsOf }] of PARTS.entries()) {
    const rows = rowsOf(batch)
    if (rows.length === 0) continue
    values.push(JSON.stringify(rows))
    parts.push(text(`$${values.length}::json`))
    told.push(tells)
    name += `-${index}`
  }
  const count = `$${values.push(batch.publications.size)}::integer`
  return { name, text: textOf(parts, told, count, batch.publications.size > 0), values }
}

function textOf(
  parts: readonly string[],
  told: readonly string[],
  count: string,
  hasPublications: boolean,
): string {
  const accepted = hasPublications
    ? `(SELECT CASE WHEN count(*) < ${count} THEN coalesce(json_agg(json_build_array(presentity, event_package, id)), '[]') END FROM publications)`
    : `nullif(${count}, 0)::text::json`
  return `WITH ${parts.join(',\n')},
    told AS (INSERT INTO change_log (operation, position, node, kind, subject)
      SELECT $1::uuid, row_number() OVER (), $2, kind, subject FROM (${told.join(' UNION ALL ')}) AS changes)
    SELECT ${accepted} AS accepted`
}

/** In the order of their tables; each is a CTE of the statement, and a SELECT of what it tells of. */
const PARTS: readonly {
  readonly text: (rows: string) => string
  readonly tells: string
  readonly rowsOf: (batch: EventStateBatch) => readonly unknown[]
}[] = [
  {
    rowsOf: ({ publications }) => [...publications.values()],
    // One that is not there, though it was, has been swept away: it is not made anew.
    text: (rows) => `publications AS (
      INSERT INTO publication AS old (presentity, event_package, id, tag, replaces, node, expires_at, record)
      SELECT presentity, event_package, id, tag, replaces, $2, expires_at, record
      FROM json_to_recordset(${rows}) AS new (presentity text, event_package text, id text, tag text,
        replaces text, expires_at bigint, record json)
      WHERE replaces IS NULL OR EXISTS (SELECT FROM publication AS old
        WHERE old.presentity = new.presentity AND old.event_package = new.event_package AND old.id = new.id)
      ORDER BY presentity COLLATE "C", event_package COLLATE "C", id COLLATE "C"
      ON CONFLICT (presentity, event_package, id) DO UPDATE SET tag = excluded.tag,
        replaces = excluded.replaces, node = excluded.node, expires_at = excluded.expires_at, record = excluded.record
      WHERE excluded.replaces IS NULL OR old.tag IN (excluded.replaces, excluded.tag)
      RETURNING presentity, event_package, id)`,
    tells: `SELECT 'publication' AS kind, json_build_array(presentity, event_package, id) AS subject FROM publications`,
  },
  {
    rowsOf: ({ subscriptions }) => [...subscriptions.values()],
    // One that another member has taken over is that member's.
    text: (rows) => `subscriptions AS (
      INSERT INTO subscription AS old (id, presentity, event_package, node, expires_at, record)
      SELECT id, presentity, event_package, $2, expires_at, record
      FROM json_to_recordset(${rows}) AS new (id text, presentity text, event_package text, expires_at bigint, record json)
      ORDER BY id COLLATE "C"
      ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at, record = excluded.record
      WHERE old.node = excluded.node
      RETURNING presentity, event_package)`,
    tells: `SELECT 'watchers' AS kind, json_build_array(presentity, event_package) AS subject
      FROM (SELECT DISTINCT presentity, event_package FROM subscriptions) AS touched`,
  },
  {
    rowsOf: ({ unsubscribed }) => [...unsubscribed],
    text: (rows) => `unsubscribed AS (
      DELETE FROM subscription WHERE node = $2 AND id IN (SELECT json_array_elements_text(${rows}))
      RETURNING presentity, event_package)`,
    tells: `SELECT 'watchers' AS kind, json_build_array(presentity, event_package) AS subject
      FROM (SELECT DISTINCT presentity, event_package FROM unsubscribed) AS touched`,
  },
  {
    rowsOf: ({ bindings }) => [...bindings.values()],
    text: (rows) => `bindings AS (
      INSERT INTO binding (aor, contact, node, expires_at, record)
      SELECT aor, contact, $2, expires_at, record
      FROM json_to_recordset(${rows}) AS new (aor text, contact text, expires_at bigint, record json)
      ORDER BY aor COLLATE "C", contact COLLATE "C"
      ON CONFLICT (aor, contact) DO UPDATE SET node = excluded.node, expires_at = excluded.expires_at,
        record = excluded.record
      RETURNING aor)`,
    tells: `SELECT 'binding' AS kind, json_build_array(aor) AS subject FROM (SELECT DISTINCT aor FROM bindings) AS touched`,
  },
  {
    rowsOf: ({ unbound }) => [...unbound.values()],
    text: (rows) => `unbound AS (
      DELETE FROM binding USING json_to_recordset(${rows}) AS gone (aor text, contact text)
      WHERE binding.aor = gone.aor AND binding.contact = gone.contact
      RETURNING binding.aor)`,
    tells: `SELECT 'binding' AS kind, json_build_array(aor) AS subject FROM (SELECT DISTINCT aor FROM unbound) AS touched`,
  },
]
