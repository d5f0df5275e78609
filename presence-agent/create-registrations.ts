/** Where presence takes registrations from, as the operator chose; what changes is composed again. RFC 3680 §3.2. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { BackEndSubscriptions } from './back-end-subscriptions.ts'
import type { Bindings } from './bindings.ts'
import { createOwnRegistrations } from './own-registrations.ts'
import { createRegistrationsElsewhere } from './registrations-elsewhere.ts'
import { NO_REGISTRATIONS, type Registrations } from './registrations.ts'
import type { Resource } from './resource.ts'
import type { Resources } from './resources.ts'
import type { Turns } from './turns.ts'

/** `registrar`: the own one. `reg-event`: that of the outbound proxy. */
export type RegistrationSource = 'off' | 'registrar' | 'reg-event'

interface RegistrationsParts {
  readonly bindings: Bindings
  readonly backEnds: BackEndSubscriptions
  readonly resources: Resources
  readonly turns: Turns
  readonly changed: (resource: Resource) => void
  readonly clock: Clock
  readonly log: Log
}

export function createRegistrations(
  source: RegistrationSource,
  parts: RegistrationsParts,
): Registrations {
  const { bindings, resources, turns, changed } = parts
  if (source === 'off') return NO_REGISTRATIONS
  const isWatched = (aor: Aor) => (resources.find('presence', aor)?.subscriptions.size ?? 0) > 0
  const registrations =
    source === 'registrar'
      ? createOwnRegistrations(bindings)
      : createRegistrationsElsewhere({ ...parts, isWatched })
  registrations.onChange((aor) => {
    turns.add(() => {
      const resource = resources.find('presence', aor)
      if (resource) changed(resource)
    })
  })
  return registrations
}
