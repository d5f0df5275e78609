/** Watcher information: who watches a resource, and how each subscription stands. RFC 3858. */
import { schemaError, type Reading } from './reading.ts'
import { numberOf, oneOf } from './typed-attribute.ts'
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

export const WATCHERINFO_NAMESPACE = 'urn:ietf:params:xml:ns:watcherinfo'
export const WATCHERINFO_MEDIA_TYPE = 'application/watcherinfo+xml'

const STATES = ['full', 'partial'] as const
const STATUSES = ['pending', 'active', 'waiting', 'terminated'] as const
const EVENTS = [
  ...(['subscribe', 'approved', 'deactivated', 'probation'] as const),
  ...(['rejected', 'timeout', 'giveup', 'noresource'] as const),
]

export type WatcherStatus = (typeof STATUSES)[number]
/** What brought the subscription into its status. */
export type WatcherEvent = (typeof EVENTS)[number]

export interface WatcherInfo {
  /** From 0, one more with every document of a subscription. */
  readonly version: number
  /** `partial`: only the watchers that changed. */
  readonly state: (typeof STATES)[number]
  readonly lists: readonly WatcherList[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

interface WatcherList {
  /** URI of the watched resource. */
  readonly resource: string
  /** The event package in which it is watched. */
  readonly eventPackage: string
  readonly watchers: readonly Watcher[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

/** One subscription. */
export interface Watcher {
  /** A token, the same for as long as the subscription is reported. */
  readonly id: string
  /** Usually an address of record. */
  readonly uri: string
  readonly status: WatcherStatus
  readonly event: WatcherEvent
  readonly displayName?: string
  /** Of the display name. */
  readonly language?: string
  /** Seconds until it expires. */
  readonly expiration?: number
  /** Seconds since it began. */
  readonly durationSubscribed?: number
}

/** What the schema forbids is refused; attributes of other namespaces are ignored (§3). */
export function parseWatcherInfo(root: XmlElement): Reading<WatcherInfo> {
  if (!isNamed(root, WATCHERINFO_NAMESPACE, 'watcherinfo')) {
    return schemaError('the root is not watcherinfo')
  }
  const version = numberOf(root, 'version')
  const state = oneOf(STATES, attributeOf(root, 'state'))
  if (version === undefined || !state) return schemaError('watcherinfo has no version or no state')
  const lists: WatcherList[] = []
  const extensions: XmlElement[] = []
  for (const child of elementsOf(root)) {
    if (child.namespace !== WATCHERINFO_NAMESPACE) extensions.push(child)
    else if (child.name === 'watcher-list') {
      const list = parseList(child)
      if (list.error !== undefined) return list
      lists.push(list.value)
    } else return schemaError(`watcherinfo holds an unknown element ${child.name}`)
  }
  return { value: { version, state, lists, extensions } }
}

/** Compact. */
export function serializeWatcherInfo({ version, state, lists, extensions }: WatcherInfo): string {
  const children = [...lists.map(listElement), ...extensions]
  const attributes = [xmlAttribute('version', String(version)), xmlAttribute('state', state)]
  const root = xmlElement(WATCHERINFO_NAMESPACE, 'watcherinfo', children, attributes)
  return writeXml(root, new Map([[WATCHERINFO_NAMESPACE, '']]))
}

function parseList(element: XmlElement): Reading<WatcherList> {
  const resource = attributeOf(element, 'resource')
  const eventPackage = attributeOf(element, 'package')
  if (resource === undefined || eventPackage === undefined) {
    return schemaError('a watcher-list has no resource or no package')
  }
  const watchers: Watcher[] = []
  const extensions: XmlElement[] = []
  for (const child of elementsOf(element)) {
    if (child.namespace !== WATCHERINFO_NAMESPACE) extensions.push(child)
    else if (child.name === 'watcher') {
      const watcher = parseWatcher(child)
      if (!watcher) return schemaError(`a watcher of ${resource} has no id, status or event`)
      watchers.push(watcher)
    } else return schemaError(`watcher-list holds an unknown element ${child.name}`)
  }
  return { value: { resource, eventPackage, watchers, extensions } }
}

function parseWatcher(element: XmlElement): Watcher | undefined {
  const id = attributeOf(element, 'id')
  const status = oneOf(STATUSES, attributeOf(element, 'status'))
  const event = oneOf(EVENTS, attributeOf(element, 'event'))
  if (!id || !status || !event) return undefined
  const displayName = attributeOf(element, 'display-name')
  const language = attributeOf(element, 'lang', XML_NAMESPACE)
  const expiration = numberOf(element, 'expiration')
  const durationSubscribed = numberOf(element, 'duration-subscribed')
  return {
    id,
    uri: textOf(element),
    status,
    event,
    ...(displayName === undefined ? {} : { displayName }),
    ...(language === undefined ? {} : { language }),
    ...(expiration === undefined ? {} : { expiration }),
    ...(durationSubscribed === undefined ? {} : { durationSubscribed }),
  }
}

function listElement({ resource, eventPackage, watchers, extensions }: WatcherList): XmlElement {
  const attributes = [xmlAttribute('resource', resource), xmlAttribute('package', eventPackage)]
  const children = [...watchers.map(watcherElement), ...extensions]
  return xmlElement(WATCHERINFO_NAMESPACE, 'watcher-list', children, attributes)
}

function watcherElement(watcher: Watcher): XmlElement {
  const { displayName, language, expiration, durationSubscribed } = watcher
  const attributes: XmlAttribute[] = [
    xmlAttribute('id', watcher.id),
    xmlAttribute('status', watcher.status),
    xmlAttribute('event', watcher.event),
  ]
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) attributes.push(xmlAttribute(name, String(value)))
  }
  add('display-name', displayName)
  add('expiration', expiration)
  add('duration-subscribed', durationSubscribed)
  if (language !== undefined) {
    attributes.push({ namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: language })
  }
  return xmlElement(WATCHERINFO_NAMESPACE, 'watcher', [watcher.uri], attributes)
}
