/** Migration of publications, subscriptions and registrations that are not over: the node that writes them looks after them. */
import type { EventStateWrite } from '../../core/model/event-state.ts'
import type { SharedEventState } from '../../core/model/shared-event-state.ts'
import type { CountRecord, Migration, MigrationStep } from './migration-step.ts'

/** Records in one write. */
const BATCH = 200

interface Kind<Stored extends { readonly expiresAt: number }> {
  readonly of: (store: Migration['to']) => AsyncIterable<Stored>
  /** What other nodes look after, of the same person. */
  readonly elsewhere?: (shared: SharedEventState, record: Stored) => Promise<readonly Stored[]>
  readonly name: (record: Stored) => string
  readonly write: (record: Stored) => EventStateWrite
}

export const migratePublications = migrationOf({
  of: ({ eventState }) => eventState.publications(),
  elsewhere: (shared, { presentity, eventPackage }) =>
    shared.publicationsOf(presentity, eventPackage),
  name: ({ presentity, eventPackage, id }) => `${presentity} ${eventPackage} ${id}`,
  write: (record) => ({ put: 'publication', record }),
})

export const migrateSubscriptions = migrationOf({
  of: ({ eventState }) => eventState.subscriptions(),
  name: ({ id }) => id,
  write: (record) => ({ put: 'subscription', record }),
})

export const migrateBindings = migrationOf({
  of: ({ eventState }) => eventState.bindings(),
  elsewhere: (shared, { aor }) => shared.bindingsOf(aor),
  name: ({ aor, contact }) => `${aor} ${contact}`,
  write: (record) => ({ put: 'binding', record }),
})

/** What is there under its name already, newer or not, stays. */
function migrationOf<Stored extends { readonly expiresAt: number }>({
  of,
  elsewhere,
  name,
  write,
}: Kind<Stored>): MigrationStep {
  async function isElsewhere({ eventState: { shared } }: Migration['to'], record: Stored) {
    if (!shared || !elsewhere) return false
    return (await elsewhere(shared, record)).some((one) => name(one) === name(record))
  }

  return async ({ from, to, clock }, count) => {
    const present = new Set<string>()
    for await (const record of of(to)) present.add(name(record))
    let batch: EventStateWrite[] = []
    for await (const record of of(from)) {
      if (record.expiresAt <= clock.now()) continue
      if (present.has(name(record)) || (await isElsewhere(to, record))) count(false)
      else batch.push(write(record))
      if (batch.length >= BATCH) batch = await writeAll(to, batch, count)
    }
    await writeAll(to, batch, count)
  }
}

async function writeAll(
  { eventState }: Migration['to'],
  batch: readonly EventStateWrite[],
  count: CountRecord,
): Promise<EventStateWrite[]> {
  // Left out is what another node has under the same name.
  const leftOut = await eventState.write(batch)
  for (const write of batch) count(!leftOut.includes(write))
  return []
}
