/** Reading presence: what an XMPP stanza says of an available resource, or of one that goes. RFC 6121 §4.7. */
import {
  attributeOf,
  elementsOf,
  textOf,
  XML_NAMESPACE,
  type XmlElement,
} from '../../core/documents/xml-element.ts'
import { CAPABILITIES, VCARD_UPDATE } from '../namespaces.ts'
import type { ContactResource } from '../pair.ts'
import { childOf, STANZA_NAMESPACE } from '../stanza.ts'
import { showNamed, type Statuses } from './availability.ts'
import { statusesOf } from './statuses.ts'

/** Takes hostile input: what cannot be meant counts as not said. */
export function readPresence(stanza: XmlElement, resource: string): ContactResource {
  return {
    resource,
    show: showNamed(textIn(stanza, 'show')),
    statuses: readStatuses(stanza),
    priority: priorityOf(textIn(stanza, 'priority')),
    capabilities: capabilitiesIn(stanza),
    photo: photoIn(stanza),
  }
}

/** In each language, which may be said of the whole stanza. RFC 6121 §4.7.2.2 */
export function readStatuses(stanza: XmlElement): Statuses {
  const inherited = attributeOf(stanza, 'lang', XML_NAMESPACE)
  const elements = elementsOf(stanza).filter(
    ({ name, namespace }) => name === 'status' && namespace === STANZA_NAMESPACE,
  )
  return statusesOf(
    elements.map((element) => ({
      text: textOf(element),
      language: attributeOf(element, 'lang', XML_NAMESPACE) ?? inherited,
    })),
  )
}

function textIn(stanza: XmlElement, name: string): string {
  const element = childOf(stanza, STANZA_NAMESPACE, name)
  return element ? textOf(element) : ''
}

const INTEGER = /^[+-]?\d{1,3}$/

/** Zero where there is none, or none that exists. RFC 6121 §4.7.2.3 */
function priorityOf(text: string): number {
  const priority = INTEGER.test(text) ? Number(text) : 0
  return priority >= -128 && priority <= 127 ? priority : 0
}

const LONGEST_NODE = 1_024
const LONGEST_HASH = 128

/** Without a hash they are of the form that came before it, which names no features. XEP-0115 §13 */
function capabilitiesIn(stanza: XmlElement): ContactResource['capabilities'] {
  const element = childOf(stanza, CAPABILITIES, 'c')
  if (!element) return undefined
  const [node, hash, ver] = ['node', 'hash', 'ver'].map((name) => attributeOf(element, name))
  if (!node || !hash || !ver) return undefined
  const isShort =
    node.length <= LONGEST_NODE && hash.length <= LONGEST_HASH && ver.length <= LONGEST_HASH
  return isShort ? { node, hash, ver } : undefined
}

const SHA1 = /^[0-9a-f]{40}$/i

/** An update without a photo says nothing of it, one with an empty photo says that there is none. XEP-0153 §4.1 */
function photoIn(stanza: XmlElement): ContactResource['photo'] {
  const update = childOf(stanza, VCARD_UPDATE, 'x')
  const photo = update && childOf(update, VCARD_UPDATE, 'photo')
  if (!photo) return undefined
  const text = textOf(photo)
  if (text === '') return 'none'
  return SHA1.test(text) ? text.toLowerCase() : undefined
}
