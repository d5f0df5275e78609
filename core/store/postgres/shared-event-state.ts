/** Shared event state on PostgreSQL: what nodes tell each other by the change log. */
import type { Clock } from '../../model/clock.ts'
import type { BindingRecord, SubscriptionRecord } from '../../model/event-state.ts'
import type { Log } from '../../model/log.ts'
import type {
  HeldSubscription,
  SharedChange,
  SharedEventState,
} from '../../model/shared-event-state.ts'
import type { Aor } from '../../uri/aor.ts'
import type { HeardChange } from './change-log-reading.ts'
import { createFollowedPublications, type FollowedPublications } from './followed-publications.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { createPublicationReads } from './publication-reads.ts'
import { originalText, storedText } from './stored-text.ts'

type Database = Pick<PostgresDatabase, 'node' | 'read' | 'transaction' | 'feed'>

export function createSharedEventState({
  database,
  clock,
  log,
}: {
  database: Database
  clock: Clock
  log: Log
}): SharedEventState {
  const listeners = new Set<{ readonly hear: (change: SharedChange) => void }>()
  const tell = (change: SharedChange) => {
    for (const { hear } of [...listeners]) {
      try {
        hear(change)
      } catch (error) {
        log.error({ err: error, kind: change.kind }, 'a listener of the shared event state failed')
      }
    }
  }
  const readPublications = createPublicationReads({ read: database.read, clock })
  const followed = createFollowedPublications({ read: readPublications, tell })
  listenTo(database, followed, tell)

  return {
    follow: followed.follow,
    unfollow: followed.unfollow,
    publicationsOf: readPublications,
    watchersOf: (presentity, eventPackage) =>
      readWatchers(database, { presentity, eventPackage, now: clock.now() }),
    bindingsOf: (aor) => readBindings(database, aor, clock.now()),
    adopt: (id) => adopt(database, id, clock.now()),
    subscribe(listener) {
      const entry = { hear: listener }
      listeners.add(entry)
      return () => {
        listeners.delete(entry)
      }
    },
  }
}

function listenTo(
  { feed, node }: Database,
  followed: FollowedPublications,
  tell: (change: SharedChange) => void,
): void {
  feed.subscribe({
    kinds: ['publication', 'watchers', 'binding', 'adopted'],
    hear(change) {
      const [first = '', second = '', third = ''] = namesIn(change)
      if (change.kind === 'publication') followed.note(first as Aor, second, third)
      else if (change.kind === 'watchers') {
        tell({ kind: 'watchers', presentity: first as Aor, eventPackage: second })
      } else if (change.kind === 'binding') tell({ kind: 'bindings', aor: first as Aor })
      // It names who held it until then.
      else if (second === node) tell({ kind: 'adopted', id: first })
    },
    pause: followed.tellAll,
    gap() {
      followed.forgetNoted()
      tell({ kind: 'gap' })
    },
  })
}

function namesIn({ subject }: HeardChange): readonly string[] {
  return (subject as readonly string[]).map(originalText)
}

async function readWatchers(
  { read, node }: Database,
  asked: { presentity: Aor; eventPackage: string; now: number },
): Promise<readonly HeldSubscription[]> {
  const rows = await read<{ node: string; record: SubscriptionRecord }>({
    name: 'read-watchers',
    text: `SELECT node, record FROM subscription
      WHERE presentity = $1 AND event_package = $2 AND node <> $3 AND expires_at > $4 ORDER BY id`,
    values: [storedText(asked.presentity), storedText(asked.eventPackage), node, asked.now],
  })
  return rows.map(({ node: holder, record }) => ({ ...record, holder }))
}

async function readBindings({ read }: Database, aor: Aor, now: number): Promise<BindingRecord[]> {
  const rows = await read<{ record: BindingRecord }>({
    name: 'read-bindings',
    text: 'SELECT record FROM binding WHERE aor = $1 AND expires_at > $2 ORDER BY contact',
    values: [storedText(aor), now],
  })
  return rows.map(({ record }) => record)
}

/** One that has ended, and is only remembered, is nobody's. */
const ADOPT = {
  name: 'adopt-subscription',
  text: `UPDATE subscription SET node = $2
    FROM (SELECT id, node AS former FROM subscription WHERE id = $1 FOR UPDATE) AS held
    WHERE subscription.id = held.id AND former <> $2 AND expires_at > $3
      AND record ->> 'waitingUntil' IS NULL
    RETURNING former, record`,
}

function adopt(
  { transaction, node }: Database,
  id: string,
  now: number,
): Promise<SubscriptionRecord | undefined> {
  return transaction(async ({ query, log }) => {
    const values = [storedText(id), node, now]
    const [row] = await query<{ former: string; record: SubscriptionRecord }>({ ...ADOPT, values })
    if (!row) return undefined
    log({ kind: 'adopted', subject: [storedText(id), row.former] })
    return row.record
  })
}
