/** Resource list meta-information: which resources a list has, and how the subscription to each stands. RFC 4662 §5. */
import { schemaError, type Reading } from './reading.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  XML_NAMESPACE,
  xmlAttribute,
  xmlElement,
  type XmlAttribute,
  type XmlElement,
} from './xml-element.ts'
import { writeXml } from './xml-writer.ts'

export const RLMI_NAMESPACE = 'urn:ietf:params:xml:ns:rlmi'
export const RLMI_MEDIA_TYPE = 'application/rlmi+xml'

const STATES = ['active', 'pending', 'terminated'] as const

export interface ResourceListInfo {
  /** What was subscribed to. */
  readonly uri: string
  /** From 0, one more with every document of a subscription. */
  readonly version: number
  /** False: only the resources that changed. */
  readonly fullState: boolean
  /** Content-ID, without brackets, of what is said of all resources together. */
  readonly cid?: string
  readonly names: readonly ListName[]
  readonly resources: readonly ListedResource[]
}

interface ListName {
  readonly text: string
  /** `xml:lang` */
  readonly language?: string
}

export interface ListedResource {
  readonly uri: string
  readonly names: readonly ListName[]
  /** None: its state is not known yet. */
  readonly instances: readonly ResourceInstance[]
}

/** One virtual subscription. §5.5 */
export interface ResourceInstance {
  /** Unique within the resource. */
  readonly id: string
  readonly state: (typeof STATES)[number]
  /** Of a terminated one. RFC 6665 §4.1.3 */
  readonly reason?: string
  /** Content-ID, without brackets, of the part that has its state. */
  readonly cid?: string
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

/** What the schema or §5.2 and §5.5 forbid is refused; attributes of other namespaces are ignored. */
export function parseRlmi(root: XmlElement): Reading<ResourceListInfo> {
  if (!isOwn(root, 'list')) return schemaError('the root is not list')
  const uri = attributeOf(root, 'uri')
  const version = versionOf(attributeOf(root, 'version'))
  const fullState = BOOLEANS.get(attributeOf(root, 'fullState')?.trim() ?? '')
  if (uri === undefined || version === undefined || fullState === undefined) {
    return schemaError('list has no uri, version or fullState')
  }
  const resources: ListedResource[] = []
  for (const element of elementsOf(root)) {
    if (isOwn(element, 'name')) continue
    const resource = isOwn(element, 'resource') ? parseResource(element) : undefined
    if (!resource) return schemaError('a resource has no uri, or an instance is incomplete')
    resources.push(resource)
  }
  const cid = attributeOf(root, 'cid')
  const names = namesIn(root)
  return { value: { uri, version, fullState, ...(cid !== undefined && { cid }), names, resources } }
}

/** Compact. */
export function serializeRlmi(list: ResourceListInfo): string {
  const attributes = [
    xmlAttribute('uri', list.uri),
    xmlAttribute('version', String(list.version)),
    xmlAttribute('fullState', String(list.fullState)),
    ...optional('cid', list.cid),
  ]
  const children = [...list.names.map(nameElement), ...list.resources.map(resourceElement)]
  const root = xmlElement(RLMI_NAMESPACE, 'list', children, attributes)
  return writeXml(root, new Map([[RLMI_NAMESPACE, '']]))
}

function parseResource(element: XmlElement): ListedResource | undefined {
  const uri = attributeOf(element, 'uri')
  if (uri === undefined) return undefined
  const instances: ResourceInstance[] = []
  for (const child of elementsOf(element)) {
    if (!isOwn(child, 'instance')) continue
    const instance = parseInstance(child)
    if (!instance) return undefined
    instances.push(instance)
  }
  return { uri, names: namesIn(element), instances }
}

function parseInstance(element: XmlElement): ResourceInstance | undefined {
  const id = attributeOf(element, 'id')
  const said = attributeOf(element, 'state')
  const state = STATES.find((one) => one === said)
  const reason = attributeOf(element, 'reason')
  const cid = attributeOf(element, 'cid')
  if (id === undefined || !state) return undefined
  // Who is active has a state to show, and what is over has a reason. §5.5
  if (state === 'active' && cid === undefined) return undefined
  if (state === 'terminated' && reason === undefined) return undefined
  return {
    ...{ id, state },
    ...(reason !== undefined && { reason }),
    ...(cid !== undefined && { cid }),
    extensions: elementsOf(element).filter(({ namespace }) => namespace !== RLMI_NAMESPACE),
  }
}

function namesIn(element: XmlElement): readonly ListName[] {
  return elementsOf(element)
    .filter((child) => isOwn(child, 'name'))
    .map((child) => {
      const language = attributeOf(child, 'lang', XML_NAMESPACE)
      return { text: textOf(child), ...(language !== undefined && { language }) }
    })
}

function resourceElement({ uri, names, instances }: ListedResource): XmlElement {
  const children = [...names.map(nameElement), ...instances.map(instanceElement)]
  return xmlElement(RLMI_NAMESPACE, 'resource', children, [xmlAttribute('uri', uri)])
}

function instanceElement({ id, state, reason, cid, extensions }: ResourceInstance): XmlElement {
  const attributes = [
    xmlAttribute('id', id),
    xmlAttribute('state', state),
    ...optional('reason', reason),
    ...optional('cid', cid),
  ]
  return xmlElement(RLMI_NAMESPACE, 'instance', extensions, attributes)
}

function nameElement({ text, language }: ListName): XmlElement {
  const attributes =
    language === undefined
      ? []
      : [{ namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: language }]
  return xmlElement(RLMI_NAMESPACE, 'name', [text], attributes)
}

function optional(name: string, value: string | undefined): XmlAttribute[] {
  return value === undefined ? [] : [xmlAttribute(name, value)]
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...([
    ['true', true],
    ['1', true],
  ] as const),
  ...([
    ['false', false],
    ['0', false],
  ] as const),
])
const GREATEST_VERSION = 2 ** 32 - 1

function versionOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? ''
  const version = /^\+?\d{1,12}$/.test(trimmed) ? Number(trimmed) : Number.NaN
  return version <= GREATEST_VERSION ? version : undefined
}

function isOwn(element: XmlElement, name: string): boolean {
  return isNamed(element, RLMI_NAMESPACE, name)
}
