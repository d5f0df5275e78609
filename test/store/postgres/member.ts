/** A member of a service on PostgreSQL, as tests drive it: its event state and what it hears. */
import type { TestContext } from 'node:test'
import { silentLog } from '../../../core/model/log.ts'
import type { SharedChange, SharedEventState } from '../../../core/model/shared-event-state.ts'
import type { EventStateStore } from '../../../core/model/stores.ts'
import { openPostgresEventState } from '../../../core/store/postgres/event-state-store.ts'
import {
  openPostgresDatabase,
  type PostgresDatabase,
} from '../../../core/store/postgres/postgres-database.ts'
import type { ManualClock } from '../../support/manual-clock.ts'

export interface Member {
  readonly database: PostgresDatabase
  readonly eventState: EventStateStore
  readonly shared: SharedEventState
  /** Everything told so far. */
  readonly heard: readonly SharedChange[]
  /** Resolves when something told since the start fulfils the condition. */
  readonly hears: (condition: (change: SharedChange) => boolean) => Promise<SharedChange>
  readonly close: () => Promise<void>
}

/** Closed when the test ends, if not before. */
export async function openMember(
  t: TestContext,
  { url, node, clock }: { url: string; node: string; clock: ManualClock },
): Promise<Member> {
  const database = await openPostgresDatabase({ url, node, log: silentLog })
  const soft = openPostgresEventState({ database, clock, log: silentLog })
  const { eventState } = soft
  const { shared } = eventState
  if (!shared) throw new Error('nobody shares it')
  const heard: SharedChange[] = []
  const waiting = new Set<() => void>()
  shared.subscribe((change) => {
    heard.push(change)
    for (const look of waiting) look()
  })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= soft.close().then(database.close))
  t.after(close)
  return {
    ...{ database, eventState, shared, heard, close },
    hears: (condition) =>
      new Promise((resolve) => {
        const look = () => {
          const change = heard.find(condition)
          if (!change) return
          waiting.delete(look)
          resolve(change)
        }
        waiting.add(look)
        look()
      }),
  }
}
