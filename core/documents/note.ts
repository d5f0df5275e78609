/** Human-readable note, which PIDF, the data model and RPID each have in their own namespace. RFC 3863 §4.1.6, RFC 4479 §3, RFC 4480 §3.1. */
import {
  attributeOf,
  isNamed,
  textOf,
  XML_NAMESPACE,
  xmlElement,
  type XmlElement,
} from './xml-element.ts'

export interface Note {
  readonly text: string
  /** Of `xml:lang`. */
  readonly language?: string
}

export function isNote(element: XmlElement, namespace: string): boolean {
  return isNamed(element, namespace, 'note')
}

export function parseNote(element: XmlElement): Note {
  const language = attributeOf(element, 'lang', XML_NAMESPACE)
  return language === undefined ? { text: textOf(element) } : { text: textOf(element), language }
}

export function noteElement(namespace: string, { text, language }: Note): XmlElement {
  const attributes =
    language === undefined
      ? []
      : [{ namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: language }]
  return xmlElement(namespace, 'note', text === '' ? [] : [text], attributes)
}
