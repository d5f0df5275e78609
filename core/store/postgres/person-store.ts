/** Person store on PostgreSQL: what is left in its tables and its change log is taken out row by row. */
import type {
  BindingRecord,
  PublicationRecord,
  SubscriptionRecord,
} from '../../model/event-state.ts'
import type { PersonStore } from '../../model/person-store.ts'
import type { Aor } from '../../uri/aor.ts'
import type { Query } from './connection.ts'
import { publicationOf, type PublicationColumns } from './publication-reads.ts'
import { storedText } from './stored-text.ts'

/** Milliseconds after which every node that is not cut off has heard of a change: change-log-feed.ts. */
const HEARD_BY_ALL = 3_000

export function createPersonStore({
  query,
  imagesRemoved,
  pause = HEARD_BY_ALL,
}: {
  query: Query
  /** Resolves when the removal of images is not under way. */
  imagesRemoved: () => Promise<void>
  pause?: number
}): PersonStore {
  return {
    async eventStateOf(addresses) {
      const values = [addresses.map(storedText)]
      const publications = await query<PublicationColumns>({ ...PUBLICATIONS, values })
      const subscriptions = await query<{ record: SubscriptionRecord }>({
        ...SUBSCRIPTIONS,
        values: [...values, addresses],
      })
      const bindings = await query<{ record: BindingRecord }>({ ...BINDINGS, values })
      return {
        publications: publications.map((row): PublicationRecord => publicationOf(row)),
        subscriptions: subscriptions.map(({ record }) => record),
        bindings: bindings.map(({ record }) => record),
      }
    },
    async forget(addresses) {
      await imagesRemoved()
      const values = [addresses.map(storedText)]
      for (const statement of REMOVALS) await query({ ...statement, values })
      await query({ ...REMOVE_SUBSCRIPTIONS, values: [...values, addresses] })
      await new Promise((resolve) => setTimeout(resolve, pause))
      for (const statement of REDACTIONS) await query({ ...statement, values: [quoted(addresses)] })
    },
  }
}

const PUBLICATIONS = {
  name: 'person-publications',
  text: `SELECT presentity, event_package, id, tag, expires_at, record FROM publication
    WHERE presentity = ANY ($1) AND record IS NOT NULL ORDER BY presentity, event_package, id`,
}
const SUBSCRIPTIONS = {
  name: 'person-subscriptions',
  text: `SELECT record FROM subscription
    WHERE presentity = ANY ($1) OR record ->> 'watcher' = ANY ($2) ORDER BY id`,
}
const BINDINGS = {
  name: 'person-bindings',
  text: 'SELECT record FROM binding WHERE aor = ANY ($1) ORDER BY aor, contact',
}

/** Rows without content stay for a while after a publication, and totals after the last document. */
const REMOVALS = [
  { name: 'forget-publications', text: 'DELETE FROM publication WHERE presentity = ANY ($1)' },
  { name: 'forget-bindings', text: 'DELETE FROM binding WHERE aor = ANY ($1)' },
  { name: 'forget-tree', text: 'DELETE FROM tree WHERE name = ANY ($1) AND documents <= 0' },
]
const REMOVE_SUBSCRIPTIONS = {
  name: 'forget-subscriptions',
  text: `DELETE FROM subscription WHERE presentity = ANY ($1) OR record ->> 'watcher' = ANY ($2)`,
}

const NAMES = (subject: string) => `EXISTS (
  SELECT FROM unnest($1::text[]) AS wanted (name) WHERE position(wanted.name IN ${subject}::text) > 0)`

/**
 * The rows stay, since each stands for an operation that was done, but name nobody. What is kept in memory may be wrong for a
 * node that reads them only now: such a change of an account or document tells it to forget all.
 */
const REDACTIONS = [
  {
    name: 'redact-accounts',
    text: `UPDATE change_log SET subject = '{"aor":"","names":[]}' WHERE kind = 'account' AND ${NAMES('subject')}`,
  },
  {
    name: 'redact-documents',
    text: `UPDATE change_log SET subject = '{"names":[]}' WHERE kind = 'document' AND ${NAMES('subject')}`,
  },
  {
    name: 'redact-changes',
    text: `UPDATE change_log SET kind = 'operation', subject = NULL
      WHERE kind NOT IN ('account', 'document', 'operation') AND ${NAMES('subject')}`,
  },
]

/** Of the subject of a change of a document or an account. */
export function isRedacted(subject: unknown): boolean {
  return (subject as { readonly names: readonly string[] }).names.length === 0
}

/** As JSON writes them: no name that merely begins so is meant. */
function quoted(addresses: readonly Aor[]): string[] {
  return addresses.map((address) => JSON.stringify(storedText(address)))
}
