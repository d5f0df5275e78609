/** CIPID: contact information in presence. RFC 4482. */
import { attributeOf, textOf, XML_NAMESPACE, xmlElement, type XmlElement } from './xml-element.ts'

export const CIPID_NAMESPACE = 'urn:ietf:params:xml:ns:pidf:cipid'

/** Each a URI but the names. */
export interface Cipid {
  /** vCard or the like. RFC 4482 §3.1. */
  readonly card?: string
  /** One per language. RFC 4482 §3.2. */
  readonly displayNames: readonly { readonly text: string; readonly language?: string }[]
  readonly homepage?: string
  /** JPEG, PNG or GIF of the person. RFC 4482 §3.4. */
  readonly icon?: string
  readonly map?: string
  readonly sound?: string
}

const URIS = ['card', 'homepage', 'icon', 'map', 'sound'] as const

/** Reads the CIPID elements among a person's or tuple's; the others belong to other formats. */
export function parseCipid(elements: readonly XmlElement[]): Cipid {
  const cipid: { -readonly [K in keyof Cipid]: Cipid[K] } = { displayNames: [] }
  const displayNames: { text: string; language?: string }[] = []
  for (const element of elements) {
    if (element.namespace !== CIPID_NAMESPACE) continue
    const uri = URIS.find((name) => name === element.name)
    // Each at most once: the first counts. RFC 4482 §3
    if (uri) cipid[uri] ??= textOf(element)
    else if (element.name === 'display-name') displayNames.push(displayName(element))
  }
  return { ...cipid, displayNames }
}

export function cipidElements(cipid: Cipid): XmlElement[] {
  const elements: XmlElement[] = []
  for (const { text, language } of cipid.displayNames) {
    elements.push(displayNameElement(text, language))
  }
  for (const name of URIS) {
    const uri = cipid[name]
    if (uri !== undefined) elements.push(cipidElement(name, uri))
  }
  return elements
}

export function cipidElement(name: (typeof URIS)[number], uri: string): XmlElement {
  return xmlElement(CIPID_NAMESPACE, name, [uri])
}

export function displayNameElement(text: string, language?: string): XmlElement {
  const attributes =
    language === undefined
      ? []
      : [{ namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: language }]
  return xmlElement(CIPID_NAMESPACE, 'display-name', [text], attributes)
}

function displayName(element: XmlElement): { text: string; language?: string } {
  const language = attributeOf(element, 'lang', XML_NAMESPACE)
  return language === undefined ? { text: textOf(element) } : { text: textOf(element), language }
}
