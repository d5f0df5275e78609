/** The parts that drive pairs, put together: each event goes through the table, and what follows from it back to them. */
import type { Clock } from '../../core/model/clock.ts'
import { createContactRequests, type ContactRequests } from './contact-requests.ts'
import { createContactResources, type ContactResources } from './contact-resources.ts'
import type { PairsOptions } from './pairs-options.ts'
import { createFailedRequests, type FailedRequests } from './failed-requests.ts'
import { createPairEffects } from './pair-effects.ts'
import { createPairListeners, type PairListeners } from './pair-listeners.ts'
import { createPairSaving } from './pair-saving.ts'
import { createPairSteps, type PairSteps } from './pair-steps.ts'
import { createPairTable, type PairTable } from './pair-table.ts'
import { createPairWriter, type PairWriter } from './pair-writer.ts'
import { createTokenBuckets } from '../../core/model/token-buckets.ts'
import { createUserDecisions, type UserDecisions } from './user-decisions.ts'
import { createUserSubscriptions, type UserSubscriptions } from './user-subscriptions.ts'
import { createWatches, type Watches } from './watches.ts'

export interface PairParts {
  readonly table: PairTable
  readonly writer: PairWriter
  readonly listeners: PairListeners
  readonly steps: PairSteps
  readonly watches: Watches
  readonly resources: ContactResources
  readonly requests: ContactRequests
  readonly decisions: UserDecisions
  readonly users: UserSubscriptions
  readonly failures: FailedRequests
}

/** One contact may import a whole roster at once, and all together not more than this. RFC 8048 §8.1 */
const SUBSCRIBES_OF_CONTACT = { burst: 500, perMinute: 60 }
const SUBSCRIBES_OF_ALL = { burst: 5_000, perMinute: 6_000 }

export function createPairParts(options: PairsOptions): PairParts {
  const { streams, clock, log } = options
  const table = createPairTable(
    options.limits,
    oncePerMinute(clock, () => {
      log.warn({ ...options.limits }, 'there is no room for another XMPP contact')
    }),
  )
  const listeners = createPairListeners({ log })
  const writer = createPairWriter({ save: createPairSaving(options), clock, log })
  const effects = createPairEffects({ ...options, listeners, parts: () => parts })
  const steps = createPairSteps({
    ...{ table, writer, listeners, streams, clock },
    changed: effects.authorized,
  })
  const decisions = createUserDecisions({ ...options, steps })
  const watches = createWatches({ ...options, heard: decisions.heard, ended: effects.unwatched })
  const resources = createContactResources({ listeners, clock, changed: effects.seen })
  const failures = createFailedRequests({ steps, clock })
  const parts: PairParts = {
    ...{ table, writer, listeners, steps, decisions, watches, resources, failures },
    users: createUserSubscriptions({ table, steps, resources, failures, clock }),
    requests: createContactRequests({
      ...{ ...options, table, steps, watches },
      perContact: createTokenBuckets({ clock, ...SUBSCRIBES_OF_CONTACT }),
      overall: createTokenBuckets({ clock, ...SUBSCRIBES_OF_ALL }),
    }),
  }
  return parts
}

function oncePerMinute(clock: Clock, action: () => void): () => void {
  const turns = createTokenBuckets({ clock, burst: 1, perMinute: 1 })
  return () => {
    if (turns.take('')) action()
  }
}
