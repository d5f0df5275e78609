/** Pair life: pairs are loaded and watched when the gateway starts, and nobody is left online when it stops. RFC 6121 §4.5. */
import { aorDomain } from '../../core/uri/aor.ts'
import type { PairsOptions } from './pairs-options.ts'
import type { LivePair } from './live-pair.ts'
import { atPace } from './pace.ts'
import type { PairParts } from './pair-parts.ts'
import { startPairSweep } from './pair-sweep.ts'
import { createRemovedUsers, type RemovedUsers } from './removed-users.ts'
import { createStreamCourse } from './stream-course.ts'

export interface PairLife {
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

export function createPairLife(options: PairsOptions, parts: PairParts): PairLife {
  const { streams, clock } = options
  const ends: (() => void)[] = []
  return {
    async start() {
      await loadPairs(options, parts)
      const course = createStreamCourse({ ...parts, clock })
      const removedUsers = createRemovedUsers({ ...options, ...parts })
      ends.push(
        streams.follow(course),
        course.stop,
        removedUsers.stop,
        watchAgain(removedUsers, options, parts),
        startPairSweep({
          ...{ ...parts, clock },
          isElsewhere: ({ record }) => !options.isOurs(record.user),
        }),
      )
      for (const domain of options.userDomains) if (streams.isOnline(domain)) course.online(domain)
    },
    async stop() {
      for (const end of ends.splice(0)) end()
      await leaveAll(parts)
      await parts.writer.idle()
    },
  }
}

/** Pairs that configuration does not speak of any more stay in the store, and out of sight. */
async function loadPairs(options: PairsOptions, { table }: PairParts): Promise<void> {
  const { store, userDomains, contactDomains, log } = options
  let unserved = 0
  for await (const record of store.pairs()) {
    const isServed =
      userDomains.includes(aorDomain(record.user)) &&
      contactDomains.includes(aorDomain(record.contact))
    if (!isServed || !table.restore(record)) unserved++
  }
  log.info({ pairs: table.size(), unserved }, 'XMPP contacts are loaded')
}

/** Contacts watch again; of users who went while nobody looked, they are told so. */
function watchAgain(
  removedUsers: RemovedUsers,
  { clock }: PairsOptions,
  { table, watches }: PairParts,
): () => void {
  return atPace(clock, [...table.all()], (pair) => {
    const { to, from, user } = pair.record
    if (from !== 'asked' && from !== 'granted') removedUsers.check(user)
    // In another SIP domain a contact is watched for when he is there, which only those tell whom the user may see.
    else if (to === 'granted') watches.review(pair)
    else watches.prolong(pair)
  })
}

const BATCH = 500

/** All who could see a user are told that they cannot, and no watch is left. */
async function leaveAll({ table, steps, watches, listeners }: PairParts): Promise<void> {
  watches.stop()
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
