/** RLS services: the lists that people may subscribe to as one resource. RFC 4826 §4. */
import { unescapeWhole } from '../uri/whole-escape.ts'
import { schemaError, type Reading } from './reading.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlAttribute,
  type XmlElement,
} from './xml-element.ts'
import { writeXml } from './xml-writer.ts'

export const RLS_SERVICES_NAMESPACE = 'urn:ietf:params:xml:ns:rls-services'
export const RLS_SERVICES_MEDIA_TYPE = 'application/rls-services+xml'

const RESOURCE_LISTS_NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists'
const PREFIXES = new Map([
  [RLS_SERVICES_NAMESPACE, ''],
  [RESOURCE_LISTS_NAMESPACE, 'rl'],
])

/** Its URIs stand here as they are meant: not folded, nor escaped whole. */
export interface RlsService {
  /** What people subscribe to. */
  readonly uri: string
  readonly members: RlsMembers
  /** Absent: every event package. */
  readonly packages?: RlsPackages
  /** Of other namespaces. */
  readonly attributes: readonly XmlAttribute[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

/** Whom the service stands for: a list of a resource-lists document by its absolute URI, or one of its own. */
type RlsMembers =
  | { readonly kind: 'reference'; readonly uri: string }
  | {
      readonly kind: 'list'
      /** `list`, as RFC 4826 §3 has it, but in the namespace of the services. */
      readonly element: XmlElement
    }

interface RlsPackages {
  readonly names: readonly string[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

export function parseRlsServices(root: XmlElement): Reading<readonly RlsService[]> {
  if (!isOwn(root, 'rls-services')) return schemaError('the root is not rls-services')
  const services: RlsService[] = []
  for (const element of elementsOf(root)) {
    if (!isOwn(element, 'service')) return schemaError('rls-services holds something but service')
    const service = parseService(element)
    if (typeof service === 'string') return schemaError(service)
    services.push(service)
  }
  return { value: services }
}

export function serializeRlsServices(services: readonly RlsService[]): string {
  const root = xmlElement(RLS_SERVICES_NAMESPACE, 'rls-services', services.map(serviceElement))
  return writeXml(root, PREFIXES)
}

/** A text says what is wrong with the element. */
function parseService(element: XmlElement): RlsService | string {
  const written = attributeOf(element, 'uri')?.trim()
  const uri = written && unescapeWhole(written)
  if (uri === undefined) return 'a service has no uri'
  const children = elementsOf(element)
  const members = children.map(membersIn).find((found) => found !== undefined)
  if (!members) return `service ${uri} has neither resource-list nor list`
  const packages = children.find((child) => isOwn(child, 'packages'))
  return {
    uri,
    members,
    ...(packages && { packages: parsePackages(packages) }),
    attributes: element.attributes.filter(({ namespace }) => namespace !== ''),
    extensions: children.filter(isForeign),
  }
}

function membersIn(element: XmlElement): RlsMembers | undefined {
  if (isOwn(element, 'list')) return { kind: 'list', element }
  if (!isOwn(element, 'resource-list')) return undefined
  // White space only folds a long URI. RFC 3986 Appendix C
  return { kind: 'reference', uri: unescapeWhole(textOf(element).replace(/\s+/g, '')) }
}

function parsePackages(element: XmlElement): RlsPackages {
  const children = elementsOf(element)
  return {
    names: children.filter((child) => isOwn(child, 'package')).map(textOf),
    extensions: children.filter(isForeign),
  }
}

function serviceElement({ uri, members, packages, attributes, extensions }: RlsService) {
  const list =
    members.kind === 'list'
      ? members.element
      : xmlElement(RLS_SERVICES_NAMESPACE, 'resource-list', [members.uri])
  return xmlElement(
    RLS_SERVICES_NAMESPACE,
    'service',
    [list, ...(packages ? [packagesElement(packages)] : []), ...extensions],
    [xmlAttribute('uri', uri), ...attributes],
  )
}

function packagesElement({ names, extensions }: RlsPackages): XmlElement {
  const packages = names.map((name) => xmlElement(RLS_SERVICES_NAMESPACE, 'package', [name]))
  return xmlElement(RLS_SERVICES_NAMESPACE, 'packages', [...packages, ...extensions])
}

function isOwn(element: XmlElement, name: string): boolean {
  return isNamed(element, RLS_SERVICES_NAMESPACE, name)
}

function isForeign({ namespace }: XmlElement): boolean {
  return namespace !== RLS_SERVICES_NAMESPACE
}
