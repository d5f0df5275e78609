/** Privacy filtering: a composed presence document as rules let a watcher see it. RFC 5025 §3.3, §4. Pure. */
import type { Device, Person } from '../documents/data-model.ts'
import type { Tuple } from '../documents/pidf.ts'
import type { PresencePermissions } from '../documents/pres-rules.ts'
import { closedTuple } from './composition-tuples.ts'
import type { ComposedPresence } from './composition.ts'
import type { Permissions } from './permissions.ts'
import {
  createAttributeFilter,
  type AttributeFilter,
  type FilterOptions,
} from './presence-filter-attributes.ts'
import { sightOfDevice, sightOfPerson, sightOfService } from './presence-filter-components.ts'

export type { FilterOptions }

/** Filtering what has been filtered changes nothing. §4 */
export function filterPresence(
  composed: ComposedPresence,
  permissions: PresencePermissions,
  options: FilterOptions,
): ComposedPresence {
  const filter = createAttributeFilter(permissions, options)
  const person = composed.person && providedPerson(composed.person, permissions, filter)
  // The stored icon is the person's, wherever it is told.
  const icon = person && filter.icon ? composed.icon : undefined
  return {
    presentity: composed.presentity,
    tuples: providedTuples(composed, permissions, filter),
    // Notes beside the tuples are about the whole person.
    notes: permissions.persons.all && filter.notes ? composed.notes : [],
    ...(person ? { person } : {}),
    devices: composed.devices.flatMap((one) => providedDevice(one, permissions, filter)),
    // No permission names what stands beside the components: only who may see everything sees it.
    extensions: isEverythingProvided(permissions) ? composed.extensions : [],
    ...(icon ? { icon } : {}),
  }
}

export function isEverythingProvided(permissions: PresencePermissions): boolean {
  const { services, persons, devices, allAttributes } = permissions
  return services.all && persons.all && devices.all && allAttributes
}

/** Whether the stored icon may be seen, as the one element or the other. */
export function isIconShown({ handling, filter }: Permissions): boolean {
  if (handling !== 'allow' || !filter) return handling === 'allow'
  const { all, members } = filter.persons
  const isPersonSeen = all || members.length > 0
  return isPersonSeen && createAttributeFilter(filter, { iconWithStatusIcon: true }).icon
}

function providedTuples(
  { presentity, tuples }: ComposedPresence,
  permissions: PresencePermissions,
  filter: AttributeFilter,
): readonly Tuple[] {
  const provided = tuples.flatMap((one) => providedTuple(one, permissions, filter))
  // DEVIATION: RFC 5025 would leave no tuple; phones would then go on showing the state that they saw last.
  return provided.length > 0 ? provided : [closedTuple(presentity)]
}

// Contact, basic status and timestamp are always told. §3.3.2
function providedTuple(
  tuple: Tuple,
  { services }: PresencePermissions,
  filter: AttributeFilter,
): Tuple[] {
  const sight = sightOfService(tuple, services)
  if (!sight) return []
  return [
    {
      ...tuple,
      statusExtensions: filter.attributes(tuple.statusExtensions, sight),
      extensions: filter.attributes(tuple.extensions, sight),
      notes: filter.notes ? tuple.notes : [],
    },
  ]
}

function providedPerson(
  person: Person,
  { persons }: PresencePermissions,
  filter: AttributeFilter,
): Person | undefined {
  const sight = sightOfPerson(person, persons)
  if (!sight) return undefined
  const attributes = filter.attributes(person.attributes, sight)
  const notes = filter.notes ? person.notes : []
  const isEmpty = attributes.length + notes.length === 0 && person.timestamp === undefined
  return isEmpty ? undefined : { ...person, attributes, notes }
}

// The timestamp and the deviceID are always told. §3.3.2
function providedDevice(
  device: Device,
  { devices }: PresencePermissions,
  filter: AttributeFilter,
): Device[] {
  const sight = sightOfDevice(device, devices)
  if (!sight) return []
  const attributes = filter.attributes(device.attributes, sight)
  return [{ ...device, attributes, notes: filter.notes ? device.notes : [] }]
}
