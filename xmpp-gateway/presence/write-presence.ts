/** Writing presence: what a SIP user shows, as an XMPP stanza. RFC 6121 §4.7, XEP-0115, XEP-0153. */
import {
  XML_NAMESPACE,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from '../../core/documents/xml-element.ts'
import { ownCapabilities } from '../disco/own-capabilities.ts'
import { CAPABILITIES, VCARD_UPDATE } from '../namespaces.ts'
import { stanza, STANZA_NAMESPACE } from '../stanza.ts'
import type { ShownAvatar } from '../user-avatars.ts'
import type { Availability, Reachability, Statuses } from './availability.ts'

/** The picture stands in every presence, so that it is known of people who are offline, too. XEP-0153 §4.1 */
export function presenceStanza(
  { from, to }: { from: string; to: string },
  shown: Availability,
  avatar: ShownAvatar,
): XmlElement {
  const update = avatarUpdate(avatar)
  if (shown.isAvailable) {
    return stanza('presence', { from, to }, [...reachabilityElements(shown), capabilities, update])
  }
  const said = statusElements(shown.statuses)
  return stanza('presence', { from, to, type: 'unavailable' }, [...said, update])
}

function reachabilityElements({ show, statuses, priority }: Reachability): XmlElement[] {
  return [
    ...(show === undefined ? [] : [textElement('show', show)]),
    ...statusElements(statuses),
    ...(priority === 0 ? [] : [textElement('priority', String(priority))]),
  ]
}

function statusElements(statuses: Statuses): XmlElement[] {
  return statuses.map(({ text, lang }) => {
    const attributes =
      lang === undefined
        ? []
        : [{ namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: lang }]
    return xmlElement(STANZA_NAMESPACE, 'status', [text], attributes)
  })
}

function textElement(name: string, text: string): XmlElement {
  return xmlElement(STANZA_NAMESPACE, name, [text])
}

const capabilities = xmlElement(
  CAPABILITIES,
  'c',
  [],
  Object.entries(ownCapabilities).map(([name, value]) => xmlAttribute(name, value)),
)

/** Not known yet is something else than none: the one has no photo, the other an empty one. XEP-0153 §4.1 */
function avatarUpdate(avatar: ShownAvatar): XmlElement {
  if (avatar.state === 'unknown') return xmlElement(VCARD_UPDATE, 'x')
  const hash = avatar.state === 'image' ? [avatar.avatar.id] : []
  return xmlElement(VCARD_UPDATE, 'x', [xmlElement(VCARD_UPDATE, 'photo', hash)])
}
