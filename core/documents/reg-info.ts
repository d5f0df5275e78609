/** Registration information: the contacts of addresses of record, as a registrar tells them. RFC 3680 §5. */
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

export const REG_INFO_NAMESPACE = 'urn:ietf:params:xml:ns:reginfo'
export const REG_INFO_MEDIA_TYPE = 'application/reginfo+xml'

const STATES = ['full', 'partial'] as const
const REGISTRATION_STATES = ['init', 'active', 'terminated'] as const
const CONTACT_STATES = ['active', 'terminated'] as const

export interface RegInfo {
  /** From 0, one more with every document of a subscription. */
  readonly version: number
  /** `partial`: only the registrations and contacts that changed. */
  readonly state: (typeof STATES)[number]
  readonly registrations: readonly Registration[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

interface Registration {
  /** URI of the address of record, as written. */
  readonly aor: string
  readonly id: string
  readonly state: (typeof REGISTRATION_STATES)[number]
  readonly contacts: readonly Contact[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

interface Contact {
  /** The same for as long as the contact is told of. */
  readonly id: string
  readonly state: (typeof CONTACT_STATES)[number]
  /** What brought it there, as `registered` or `expired`. */
  readonly event: string
  readonly uri: string
  /** Seconds until the binding expires. */
  readonly expires?: number
  /** Every attribute else, as `q`, `callid`, `duration-registered`. */
  readonly attributes: readonly XmlAttribute[]
  readonly displayName?: string
  /** Of the display name. */
  readonly language?: string
  /** Contact parameters that RFC 3261 does not know, and elements of other namespaces. */
  readonly details: readonly XmlElement[]
}

/** Strict in what says who is registered where; the rest is kept as it stands. */
export function parseRegInfo(root: XmlElement): Reading<RegInfo> {
  if (!isNamed(root, REG_INFO_NAMESPACE, 'reginfo')) return schemaError('the root is not reginfo')
  const version = numberOf(root, 'version')
  const state = oneOf(STATES, attributeOf(root, 'state'))
  if (version === undefined || !state) return schemaError('reginfo has no version or no state')
  const registrations: Registration[] = []
  const extensions: XmlElement[] = []
  for (const child of elementsOf(root)) {
    if (child.namespace !== REG_INFO_NAMESPACE) extensions.push(child)
    else if (child.name === 'registration') {
      const registration = parseRegistration(child)
      if (registration.error !== undefined) return registration
      registrations.push(registration.value)
    } else return schemaError(`reginfo holds an unknown element ${child.name}`)
  }
  return { value: { version, state, registrations, extensions } }
}

/** Compact. */
export function serializeRegInfo({ version, state, registrations, extensions }: RegInfo): string {
  const attributes = [xmlAttribute('version', String(version)), xmlAttribute('state', state)]
  const children = [...registrations.map(registrationElement), ...extensions]
  const root = xmlElement(REG_INFO_NAMESPACE, 'reginfo', children, attributes)
  return writeXml(root, new Map([[REG_INFO_NAMESPACE, '']]))
}

function parseRegistration(element: XmlElement): Reading<Registration> {
  const [aor, id] = [attributeOf(element, 'aor'), attributeOf(element, 'id')]
  const state = oneOf(REGISTRATION_STATES, attributeOf(element, 'state'))
  if (aor === undefined || id === undefined || !state) {
    return schemaError('a registration has no aor, id or state')
  }
  const contacts: Contact[] = []
  const extensions: XmlElement[] = []
  for (const child of elementsOf(element)) {
    if (child.namespace !== REG_INFO_NAMESPACE) extensions.push(child)
    else if (child.name === 'contact') {
      const contact = parseContact(child)
      if (!contact) return schemaError(`a contact of ${aor} has no id, state, event or uri`)
      contacts.push(contact)
    } else return schemaError(`registration holds an unknown element ${child.name}`)
  }
  return { value: { aor, id, state, contacts, extensions } }
}

const OWN_ATTRIBUTES = new Set(['id', 'state', 'event', 'expires'])

function parseContact(element: XmlElement): Contact | undefined {
  const [id, event] = [attributeOf(element, 'id'), attributeOf(element, 'event')]
  const state = oneOf(CONTACT_STATES, attributeOf(element, 'state'))
  const children = elementsOf(element)
  const named = (name: string) => children.find((one) => isNamed(one, REG_INFO_NAMESPACE, name))
  const [uri, displayName] = [named('uri'), named('display-name')]
  if (id === undefined || event === undefined || !state || !uri) return undefined
  const expires = numberOf(element, 'expires')
  const language = displayName && attributeOf(displayName, 'lang', XML_NAMESPACE)
  return {
    ...{ id, state, event, uri: textOf(uri).trim() },
    ...(expires === undefined ? {} : { expires }),
    attributes: element.attributes.filter(
      ({ namespace, name }) => namespace !== '' || !OWN_ATTRIBUTES.has(name),
    ),
    ...(displayName && { displayName: textOf(displayName) }),
    ...(language !== undefined && { language }),
    details: children.filter((child) => child !== uri && child !== displayName),
  }
}

function registrationElement(registration: Registration): XmlElement {
  const { aor, id, state, contacts, extensions } = registration
  const attributes = [
    ...[xmlAttribute('aor', aor), xmlAttribute('id', id), xmlAttribute('state', state)],
  ]
  const children = [...contacts.map(contactElement), ...extensions]
  return xmlElement(REG_INFO_NAMESPACE, 'registration', children, attributes)
}

function contactElement(contact: Contact): XmlElement {
  const { id, state, event, uri, expires, displayName } = contact
  const attributes = [
    ...[xmlAttribute('id', id), xmlAttribute('state', state), xmlAttribute('event', event)],
    ...(expires === undefined ? [] : [xmlAttribute('expires', String(expires))]),
    ...contact.attributes,
  ]
  const children = [
    xmlElement(REG_INFO_NAMESPACE, 'uri', [uri]),
    ...(displayName === undefined ? [] : [displayNameElement(displayName, contact.language)]),
    ...contact.details,
  ]
  return xmlElement(REG_INFO_NAMESPACE, 'contact', children, attributes)
}

function displayNameElement(text: string, language: string | undefined): XmlElement {
  const attributes =
    language === undefined
      ? []
      : [{ namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: language }]
  return xmlElement(REG_INFO_NAMESPACE, 'display-name', [text], attributes)
}
