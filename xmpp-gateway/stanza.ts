/** Stanzas: presence, message and iq as element trees, with where they come from and go. RFC 6120 §8. */
import {
  elementsOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from '../core/documents/xml-element.ts'

/** Of every stanza on a component's stream. XEP-0114 §3 */
export const STANZA_NAMESPACE = 'jabber:component:accept'

export type StanzaName = 'presence' | 'message' | 'iq'

/** `from` and `to` are JIDs as they are written; absent attributes are left out. */
export interface StanzaHead {
  readonly from: string
  readonly to: string
  readonly type?: string
  readonly id?: string
}

export function stanza(
  name: StanzaName,
  { from, to, type, id }: StanzaHead,
  children: readonly XmlElement[] = [],
): XmlElement {
  const given = [...Object.entries({ from, to, type, id })]
  const attributes = given.flatMap(([key, value]) =>
    value === undefined ? [] : [xmlAttribute(key, value)],
  )
  return xmlElement(STANZA_NAMESPACE, name, children, attributes)
}

export function childOf(
  element: XmlElement,
  namespace: string,
  name: string,
): XmlElement | undefined {
  return elementsOf(element).find((child) => child.name === name && child.namespace === namespace)
}
