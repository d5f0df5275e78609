/** Pair sweep: once a minute, what time alone changes of pairs. */
import type { Cancel, Clock } from '../../core/model/clock.ts'
import type { ContactResources } from './contact-resources.ts'
import type { LivePair } from './live-pair.ts'
import type { PairSteps } from './pair-steps.ts'
import type { PairTable } from './pair-table.ts'
import type { FailedRequests } from './failed-requests.ts'
import type { UserSubscriptions } from './user-subscriptions.ts'
import type { Watches } from './watches.ts'

const MINUTE = 60_000
/** Who has refused is not asked again so soon. */
const REFUSED_FOR = 24 * 60 * MINUTE
/** A contact is asked whether he is still there so long before his dialog would go on. RFC 8048 §8.1 */
const PROBED_BEFORE = 6 * MINUTE

interface PairSweepOptions {
  readonly table: PairTable
  readonly steps: PairSteps
  readonly watches: Watches
  readonly resources: Pick<ContactResources, 'drop'>
  readonly users: Pick<UserSubscriptions, 'probe'>
  readonly failures: Pick<FailedRequests, 'askAgain'>
  readonly isElsewhere: (pair: LivePair) => boolean
  readonly clock: Clock
}

/** Gives what ends it. */
export function startPairSweep(options: PairSweepOptions): Cancel {
  const { table, clock } = options
  let cancel: Cancel
  const wait = () => {
    cancel = clock.after(MINUTE, () => {
      for (const pair of [...table.all()]) sweep(pair, options)
      wait()
    })
  }
  wait()
  return () => {
    cancel()
  }
}

function sweep(pair: LivePair, options: PairSweepOptions): void {
  const { steps, failures, watches, clock } = options
  const { to, from, toSince, fromSince } = pair.record
  const forgivenSince = clock.now() - REFUSED_FOR
  if (to === 'refused' && toSince <= forgivenSince) steps.to(pair, 'forgiven')
  if (from === 'refused' && fromSince <= forgivenSince) steps.from(pair, 'forgiven')
  failures.askAgain(pair)
  // What could not be opened may have room now.
  if (!pair.watch) watches.review(pair)
  if (pair.watch && from === 'granted' && options.isElsewhere(pair)) watchOn(pair, options)
}

/** A dialog in another domain goes on only while the contact gives signs of life. */
function watchOn(pair: LivePair, { watches, resources, users, clock }: PairSweepOptions): void {
  const left = pair.watchedUntil - clock.now()
  if (left <= 0) {
    resources.drop(pair)
    watches.lapse(pair)
  } else if (left <= PROBED_BEFORE && pair.record.to === 'granted') {
    users.probe(pair)
  }
}
