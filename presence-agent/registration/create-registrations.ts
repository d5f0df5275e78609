/** Where presence takes registrations from, as the operator chose; what changes is composed again. RFC 3680 §3.2. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { BackEndSubscriptions } from '../back-end/back-end-subscriptions.ts'
import type { Bindings } from './bindings.ts'
import { createOwnRegistrations } from './own-registrations.ts'
import { createRegistrationsElsewhere } from './registrations-elsewhere.ts'
import { NO_REGISTRATIONS, type Registrations } from './registrations.ts'
import type { ResourceChanges } from '../resource-changes.ts'
import type { Resources } from '../resources.ts'

/** `registrar`: the own one. `reg-event`: that of the outbound proxy. */
export type RegistrationSource = 'off' | 'registrar' | 'reg-event'

interface RegistrationsParts {
  readonly bindings: Bindings
  readonly backEnds: BackEndSubscriptions
  readonly resources: Resources
  readonly clock: Clock
  readonly log: Log
}

export function createRegistrations(
  source: RegistrationSource,
  parts: RegistrationsParts,
): Registrations {
  const { bindings, resources } = parts
  if (source === 'off') return NO_REGISTRATIONS
  if (source === 'registrar') return createOwnRegistrations(bindings)
  const isWatched = (aor: Aor) => (resources.find('presence', aor)?.subscriptions.size ?? 0) > 0
  return createRegistrationsElsewhere({ ...parts, isWatched })
}

/** From now on watchers hear who registers and who is registered no more. */
export function followRegistrations(
  registrations: Registrations,
  {
    resources,
    recompose,
  }: Pick<RegistrationsParts, 'resources'> & Pick<ResourceChanges, 'recompose'>,
): void {
  registrations.onChange((aor) => {
    // Who publishes is seen as published, registered or not.
    if (resources.find('presence', aor)?.publications.size === 0) recompose('presence', aor)
  })
}
