/** Capabilities of a service, in its tuple, and of a device: which media, methods and languages it takes. RFC 5196. */
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  XML_NAMESPACE,
  xmlElement,
  type XmlAttribute,
  type XmlElement,
} from './xml-element.ts'

const CAPABILITIES_NAMESPACE = 'urn:ietf:params:xml:ns:pidf:caps'

/** What may be supported or not, as `ACK`, `full` or `<s>sip</s>`. */
interface Support {
  readonly supported: readonly XmlElement[]
  readonly notSupported: readonly XmlElement[]
}

interface Description {
  readonly text: string
  /** Of `xml:lang`. */
  readonly language?: string
}

export interface Capabilities {
  /** Whether audio, video, text and so on are streamed; by name. §3.2.2–3.2.8, §3.2.10, §3.2.20. */
  readonly flags: ReadonlyMap<string, boolean>
  /** By name, as `methods`. §3.2.11–3.2.21, §3.3.2. */
  readonly supports: ReadonlyMap<string, Support>
  /** One per language. §3.2.13, §3.3.3. */
  readonly descriptions: readonly Description[]
  /** Media types, as `text/plain`. §3.2.9. */
  readonly types: readonly string[]
  /** Elements and attributes of other namespaces. */
  readonly extensions: readonly XmlElement[]
  readonly attributes: readonly XmlAttribute[]
}

type Kind = 'flag' | 'support' | 'description' | 'type'

/** In the order of the schema. §6 */
const SERVICE: Readonly<Record<string, Kind>> = {
  actor: 'support',
  application: 'flag',
  audio: 'flag',
  automata: 'flag',
  class: 'support',
  control: 'flag',
  data: 'flag',
  description: 'description',
  duplex: 'support',
  'event-packages': 'support',
  extensions: 'support',
  isfocus: 'flag',
  message: 'flag',
  methods: 'support',
  languages: 'support',
  priority: 'support',
  schemes: 'support',
  text: 'flag',
  type: 'type',
  video: 'flag',
}
const DEVICE: Readonly<Record<string, Kind>> = { description: 'description', mobility: 'support' }

export function isServiceCapabilities(element: XmlElement): boolean {
  return isNamed(element, CAPABILITIES_NAMESPACE, 'servcaps')
}

export function isDeviceCapabilities(element: XmlElement): boolean {
  return isNamed(element, CAPABILITIES_NAMESPACE, 'devcaps')
}

/** Takes what is there, of `servcaps` and `devcaps` alike: of each name the first counts. */
export function parseCapabilities(element: XmlElement): Capabilities {
  const kinds = kindsOf(element.name)
  const flags = new Map<string, boolean>()
  const supports = new Map<string, Support>()
  const descriptions: Description[] = []
  const types: string[] = []
  const extensions: XmlElement[] = []
  for (const child of elementsOf(element)) {
    const { name } = child
    const kind = child.namespace === CAPABILITIES_NAMESPACE ? kinds[name] : undefined
    if (kind === 'flag') flags.set(name, flags.get(name) ?? isTrue(child))
    else if (kind === 'support') supports.set(name, supports.get(name) ?? parseSupport(child))
    else if (kind === 'description') descriptions.push(parseDescription(child))
    else if (kind === 'type') types.push(textOf(child))
    else extensions.push(child)
  }
  return { flags, supports, descriptions, types, extensions, attributes: element.attributes }
}

export function serviceCapabilitiesElement(capabilities: Capabilities): XmlElement {
  return capabilitiesElement('servcaps', capabilities)
}

export function deviceCapabilitiesElement(capabilities: Capabilities): XmlElement {
  return capabilitiesElement('devcaps', capabilities)
}

function capabilitiesElement(root: string, capabilities: Capabilities): XmlElement {
  const children: XmlElement[] = []
  for (const [name, kind] of Object.entries(kindsOf(root))) {
    children.push(...elementsFor(name, kind, capabilities))
  }
  children.push(...capabilities.extensions)
  return xmlElement(CAPABILITIES_NAMESPACE, root, children, capabilities.attributes)
}

function elementsFor(name: string, kind: Kind, capabilities: Capabilities): XmlElement[] {
  if (kind === 'description') return capabilities.descriptions.map(descriptionElement)
  if (kind === 'type') return capabilities.types.map((type) => element(name, [type]))
  if (kind === 'flag') {
    const flag = capabilities.flags.get(name)
    return flag === undefined ? [] : [element(name, [String(flag)])]
  }
  const support = capabilities.supports.get(name)
  return support ? [element(name, supportElements(support))] : []
}

function supportElements({ supported, notSupported }: Support): XmlElement[] {
  const children: XmlElement[] = []
  if (supported.length > 0) children.push(element('supported', supported))
  if (notSupported.length > 0) children.push(element('notsupported', notSupported))
  return children
}

function kindsOf(root: string): Readonly<Record<string, Kind>> {
  return root === 'devcaps' ? DEVICE : SERVICE
}

/** xs:boolean. */
function isTrue(flag: XmlElement): boolean {
  const text = textOf(flag)
  return text === 'true' || text === '1'
}

function parseSupport(support: XmlElement): Support {
  const within = (name: string) =>
    elementsOf(support)
      .filter((child) => isNamed(child, CAPABILITIES_NAMESPACE, name))
      .flatMap((child) => elementsOf(child))
  return { supported: within('supported'), notSupported: within('notsupported') }
}

function parseDescription(description: XmlElement): Description {
  const language = attributeOf(description, 'lang', XML_NAMESPACE)
  const text = textOf(description)
  return language === undefined ? { text } : { text, language }
}

function descriptionElement({ text, language }: Description): XmlElement {
  if (language === undefined) return element('description', [text])
  const lang = { namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: language }
  return xmlElement(CAPABILITIES_NAMESPACE, 'description', [text], [lang])
}

function element(name: string, children: XmlElement['children']): XmlElement {
  return xmlElement(CAPABILITIES_NAMESPACE, name, children)
}
