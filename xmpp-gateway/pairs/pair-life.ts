/** Pair life: pairs are loaded and watched when the gateway starts, and nobody is left online when it stops. RFC 6121 §4.5. */
import type { Clock } from '../../core/model/clock.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { Log } from '../../core/model/log.ts'
import type { NeighbourStore } from '../../core/model/stores.ts'
import type { LivePair } from './live-pair.ts'
import { atPace } from './pace.ts'
import type { PairListeners } from './pair-listeners.ts'
import type { PairSteps } from './pair-steps.ts'
import type { PairTable } from './pair-table.ts'
import type { RemovedUsers } from './removed-users.ts'
import type { Watches } from './watches.ts'

/** Pairs that configuration does not speak of any more stay in the store, and out of sight. */
export async function loadPairs({
  store,
  table,
  isServed,
  log,
}: {
  store: Pick<NeighbourStore, 'pairs'>
  table: PairTable
  isServed: (record: ContactPair) => boolean
  log: Log
}): Promise<void> {
  let unserved = 0
  for await (const record of store.pairs()) {
    if (!isServed(record) || !table.restore(record)) unserved++
  }
  log.info({ pairs: table.size(), unserved }, 'XMPP contacts are loaded')
}

/** Every contact watches again; those of users who went while nobody looked are told so. */
export function watchAgain({
  table,
  watches,
  removedUsers,
  clock,
}: {
  table: PairTable
  watches: Watches
  removedUsers: RemovedUsers
  clock: Clock
}): () => void {
  return atPace(clock, [...table.all()], (pair) => {
    const { from, user } = pair.record
    // Nobody knows yet whether the contact is online; who is not will give no sign of life.
    if (from === 'asked' || from === 'granted') watches.prolong(pair)
    else removedUsers.check(user)
  })
}

const BATCH = 500

/** Resolves when all who could see a user have been told that they cannot, and no watch is left. */
export async function stopPairs({
  table,
  steps,
  watches,
  listeners,
}: {
  table: PairTable
  steps: PairSteps
  watches: Watches
  listeners: PairListeners
}): Promise<void> {
  let done = 0
  for (const pair of [...table.all()]) {
    const wasShown = isShown(pair)
    watches.close(pair)
    listeners.tell.forgotten(pair)
    if (wasShown) steps.tell(pair, 'unavailable')
    // What came in meanwhile has its turn.
    if (++done % BATCH === 0) await new Promise((next) => setImmediate(next))
  }
}

function isShown({ record, standing }: LivePair): boolean {
  return record.from === 'granted' && standing?.state === 'active' && standing.handling === 'allow'
}
