/** The parts that drive pairs, put together: each event goes through the table, and what follows from it back to them. */
import { createContactResources, type ContactResources } from './contact-resources.ts'
import { createContactSubscriptions, type ContactSubscriptions } from './contact-subscriptions.ts'
import type { PairsOptions } from './create-pairs.ts'
import { createHiddenContacts, type HiddenContacts } from './hidden-contacts.ts'
import { createPairEffects } from './pair-effects.ts'
import { createPairListeners, type PairListeners } from './pair-listeners.ts'
import { createPairSteps, type PairSteps } from './pair-steps.ts'
import { createPairTable, type PairTable } from './pair-table.ts'
import { createPairWriter, type PairWriter } from './pair-writer.ts'
import { createTokenBuckets } from './token-buckets.ts'
import { createUserSubscriptions, type UserSubscriptions } from './user-subscriptions.ts'
import { createWatches, type Watches } from './watches.ts'

interface PairParts {
  readonly table: PairTable
  readonly writer: PairWriter
  readonly listeners: PairListeners
  readonly steps: PairSteps
  readonly watches: Watches
  readonly resources: ContactResources
  readonly hidden: HiddenContacts
  /** What contacts ask, and what users ask. */
  readonly contacts: ContactSubscriptions
  readonly users: UserSubscriptions
}

/** One contact may import a whole roster at once, and all together not more than this. RFC 8048 §8.1 */
const SUBSCRIBES_OF_CONTACT = { burst: 500, perMinute: 60 }
const SUBSCRIBES_OF_ALL = { burst: 5_000, perMinute: 6_000 }

export function createPairParts(options: PairsOptions): PairParts {
  const { source, streams, clock, log } = options
  const table = createPairTable(options.limits)
  const writer = createPairWriter(options)
  const listeners = createPairListeners({ log })
  const effects = createPairEffects({ ...options, listeners, parts: () => parts })
  const { authorized, seen, unwatched } = effects
  const steps = createPairSteps({ table, writer, listeners, streams, clock, changed: authorized })
  const resources = createContactResources({ listeners, clock, changed: seen })
  const watches = createWatches({
    ...options,
    heard: (pair, standing) => {
      parts.contacts.heard(pair, standing)
    },
    ended: unwatched,
  })
  const parts: PairParts = {
    ...{ table, writer, listeners, steps, watches, resources },
    hidden: createHiddenContacts({ table, clock, changed: source.reconsider }),
    contacts: createContactSubscriptions({
      ...{ ...options, table, steps, watches },
      perContact: createTokenBuckets({ clock, ...SUBSCRIBES_OF_CONTACT }),
      overall: createTokenBuckets({ clock, ...SUBSCRIBES_OF_ALL }),
    }),
    users: createUserSubscriptions({ table, steps, resources, clock }),
  }
  return parts
}
