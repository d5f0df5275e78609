/** Own records: the event state that this node wrote last, read in pages when it starts. */
import type {
  BindingRecord,
  PublicationRecord,
  SubscriptionRecord,
} from '../../model/event-state.ts'
import type { Query } from './connection.ts'
import { PAGE, readPages } from './pages.ts'
import { publicationOf, type PublicationColumns } from './publication-reads.ts'

export interface OwnRecords {
  readonly publications: () => AsyncIterable<PublicationRecord>
  readonly subscriptions: () => AsyncIterable<SubscriptionRecord>
  readonly bindings: () => AsyncIterable<BindingRecord>
}

export function createOwnRecords({ read, node }: { read: Query; node: string }): OwnRecords {
  return {
    publications: () =>
      pages<PublicationColumns, PublicationRecord>(read, {
        select: 'SELECT presentity, event_package, id, tag, expires_at, record FROM publication',
        where: 'node = $1 AND record IS NOT NULL',
        key: ['presentity', 'event_package', 'id'],
        node,
        from: publicationOf,
      }),
    subscriptions: () =>
      pages<{ id: string; record: SubscriptionRecord }, SubscriptionRecord>(read, {
        select: 'SELECT id, record FROM subscription',
        where: 'node = $1',
        key: ['id'],
        node,
        from: ({ record }) => record,
      }),
    bindings: () =>
      pages<{ aor: string; contact: string; record: BindingRecord }, BindingRecord>(read, {
        select: 'SELECT aor, contact, record FROM binding',
        where: 'node = $1',
        key: ['aor', 'contact'],
        node,
        from: ({ record }) => record,
      }),
  }
}

async function* pages<Row extends object, T>(
  read: Query,
  {
    select,
    where,
    key,
    node,
    from,
  }: {
    select: string
    where: string
    key: readonly (keyof Row & string)[]
    node: string
    from: (row: Row) => T
  },
): AsyncIterable<T> {
  const places = key.map((_, index) => `$${index + 2}`).join(', ')
  const text = `${select} WHERE ${where} AND (${key.join(', ')}) > (${places}) ORDER BY ${key.join(', ')} LIMIT ${PAGE}`
  for await (const row of readPages<Row>(read, { text, values: [node] }, key)) yield from(row)
}
