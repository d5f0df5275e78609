/** Which tuples, persons and devices a watcher may see at all, by the names that rules have for them. RFC 5025 §3.3.1. Pure. */
import type { Device, Person } from '../documents/data-model.ts'
import type { Tuple } from '../documents/pidf.ts'
import type { Provided, ProvidedMember } from '../documents/pres-rules.ts'
import { isClass } from '../documents/rpid.ts'
import { textOf, type XmlElement } from '../documents/xml-element.ts'
import { sameUri } from '../uri/same-uri.ts'

/** The classes by which alone a component is seen; undefined: it is not seen. */
export type Sight = { readonly byClasses: readonly string[] } | undefined

const BY_OTHER_NAMES: Sight = { byClasses: [] }

/** What the members of a set may name a component by. */
interface Names {
  readonly id: string
  readonly classes: readonly string[]
  readonly deviceId?: string | undefined
  readonly serviceUri?: string | undefined
}

export function sightOfService({ id, contact, ...tuple }: Tuple, provided: Provided): Sight {
  const classes = classesAmong([...tuple.extensions, ...tuple.statusExtensions])
  return sightOf({ id, classes, serviceUri: contact?.uri }, provided)
}

export function sightOfPerson({ id, attributes }: Person, provided: Provided): Sight {
  return sightOf({ id, classes: classesAmong(attributes) }, provided)
}

export function sightOfDevice({ id, attributes, deviceId }: Device, provided: Provided): Sight {
  return sightOf({ id, classes: classesAmong(attributes), deviceId }, provided)
}

function sightOf(names: Names, { all, members }: Provided): Sight {
  const naming = all ? [] : members.filter((member) => isNamedBy(member, names))
  if (all || naming.some(({ kind }) => kind !== 'class')) return BY_OTHER_NAMES
  return naming.length === 0 ? undefined : { byClasses: naming.map(({ value }) => value) }
}

// Classes, occurrences and schemes are equal letter by letter, URIs as URIs are.
function isNamedBy({ kind, value }: ProvidedMember, names: Names): boolean {
  const { id, classes, deviceId, serviceUri } = names
  switch (kind) {
    case 'class':
      return classes.includes(value)
    case 'occurrence-id':
      return id === value
    case 'deviceID':
      return deviceId !== undefined && sameUri(deviceId, value)
    case 'service-uri':
      return serviceUri !== undefined && sameUri(serviceUri, value)
    case 'service-uri-scheme':
      return serviceUri?.startsWith(`${value}:`) ?? false
  }
}

function classesAmong(elements: readonly XmlElement[]): string[] {
  return elements.filter(isClass).map(textOf)
}
