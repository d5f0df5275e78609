/** Store snapshot of the store on PostgreSQL: one transaction that sees what was stored when it began. PostgreSQL manual §13.2.2. */
import type { Account } from '../../model/account.ts'
import type { AdministrationKind } from '../../model/administration-store.ts'
import type { BindingRecord } from '../../model/event-state.ts'
import type { Log } from '../../model/log.ts'
import type { StoreSnapshot } from '../../model/store-snapshot.ts'
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import { logUnreadable } from '../record-unreadable.ts'
import type { Connection, Query } from './connection.ts'
import { readImage } from './icon-reads.ts'
import { createNeighbourStore } from './neighbour-store.ts'
import { PAGE, readPages } from './pages.ts'
import { allDocuments } from './postgres-transfer.ts'
import { publicationOf, type PublicationColumns } from './publication-reads.ts'
import { originalText } from './stored-text.ts'

/** Milliseconds for which whoever reads may stop between two pages. */
const READER_PATIENCE = 600_000

/** `connection` is of the snapshot alone, and is closed with it. */
export async function openPostgresSnapshot(
  connection: Connection,
  log: Log,
): Promise<StoreSnapshot> {
  const session = await connection.session()
  const query: Query = (statement) => session.query(statement)
  await query({ text: `SET idle_in_transaction_session_timeout = ${READER_PATIENCE}` })
  await query({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY' })
  // What is seen is settled by the first statement.
  await query({ text: 'SELECT 1 FROM document LIMIT 1' })
  const neighbours = createNeighbourStore({ query })
  return {
    count: () => count(query),
    secret: (name) => secretIn(query, name),
    accounts: () => accountsIn(query),
    documents: () =>
      allDocuments(
        query,
        (hash) => readImage(query, hash),
        (error) => {
          logUnreadable(error, log)
        },
      ),
    administration: () => administrationIn(query),
    pairs: () => neighbours.pairs(),
    listed: () => neighbours.listed(),
    capabilities: () => neighbours.capabilities(),
    publications: () => publicationsIn(query),
    bindings: () => bindingsIn(query),
    close() {
      connection.close()
      return Promise.resolve()
    },
  }
}

async function count(query: Query) {
  const [row] = await query<{ accounts: number; documents: number }>({
    text: `SELECT (SELECT count(*) FROM account) AS accounts, (SELECT count(*) FROM document) AS documents`,
  })
  if (!row) throw new StoreUnavailable('failed', 'the database has counted nothing')
  return row
}

async function secretIn(query: Query, name: string): Promise<Uint8Array | undefined> {
  const [row] = await query<{ bytes: Buffer }>({
    text: 'SELECT bytes FROM secret WHERE name = $1',
    values: [name],
  })
  return row?.bytes
}

const ACCOUNTS = {
  text: `SELECT aor, record FROM account WHERE aor > $1 ORDER BY aor LIMIT ${PAGE}`,
}

async function* accountsIn(query: Query): AsyncIterable<Account> {
  const rows = readPages<{ aor: string; record: Account }>(query, ACCOUNTS, ['aor'])
  for await (const { record } of rows) yield record
}

interface AdministrationRow {
  readonly kind: AdministrationKind
  readonly key: string
  readonly value: unknown
}

const ADMINISTRATION = {
  text: `SELECT kind, key, value FROM administration WHERE (kind, key) > ($1, $2)
    ORDER BY kind, key LIMIT ${PAGE}`,
}

async function* administrationIn(query: Query) {
  const rows = readPages<AdministrationRow>(query, ADMINISTRATION, ['kind', 'key'])
  for await (const { kind, key, value } of rows) yield { kind, key: originalText(key), value }
}

const PUBLICATIONS = {
  text: `SELECT presentity, event_package, id, tag, expires_at, record FROM publication
    WHERE record IS NOT NULL AND (presentity, event_package, id) > ($1, $2, $3)
    ORDER BY presentity, event_package, id LIMIT ${PAGE}`,
}

async function* publicationsIn(query: Query) {
  const key = ['presentity', 'event_package', 'id'] as const
  for await (const row of readPages<PublicationColumns>(query, PUBLICATIONS, key)) {
    yield publicationOf(row)
  }
}

const BINDINGS = {
  text: `SELECT aor, contact, record FROM binding WHERE (aor, contact) > ($1, $2)
    ORDER BY aor, contact LIMIT ${PAGE}`,
}

async function* bindingsIn(query: Query) {
  interface Row {
    readonly aor: string
    readonly contact: string
    readonly record: BindingRecord
  }
  for await (const { record } of readPages<Row>(query, BINDINGS, ['aor', 'contact'])) yield record
}
