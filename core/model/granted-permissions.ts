/** From what rules decide to permissions that many watchers share. RFC 5025 §3.2, §3.3. Pure. */
import type { PresencePermissions, Provided } from '../documents/pres-rules.ts'
import { unfiltered, type Permissions } from './permissions.ts'
import { isEverythingProvided } from './presence-filter.ts'
import type { PresenceDecision } from './presence-rules.ts'

export function grantedPermissions({ subHandling, ...filter }: PresenceDecision): Permissions {
  if (subHandling !== 'allow' || isEverythingProvided(filter)) return unfiltered(subHandling)
  return { handling: subHandling, filter, key: `allow ${keyOf(filter)}` }
}

/** Equal for what shows equally much, however it was written. */
function keyOf(filter: PresencePermissions): string {
  const { services, persons, devices, attributes, userInput, unknownAttributes } = filter
  const components = [services, persons, devices].map(setKey)
  if (filter.allAttributes) return JSON.stringify([components, true])
  const unknown = unknownAttributes.map(({ namespace, name }) => `${namespace} ${name}`).sort()
  return JSON.stringify([components, [...attributes].sort(), userInput, unknown])
}

function setKey({ all, members }: Provided): true | readonly string[] {
  return all || members.map(({ kind, value }) => `${kind} ${value}`).sort()
}
