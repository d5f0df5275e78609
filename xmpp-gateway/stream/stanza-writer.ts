/** Stanza writer: an element tree as a fragment of the stream, each namespace declared where it begins. RFC 6120 §4.8. */
import {
  XML_NAMESPACE,
  type XmlAttribute,
  type XmlElement,
} from '../../core/documents/xml-element.ts'
import {
  escapeAttribute,
  escapeText,
  namespaceDeclaration,
} from '../../core/documents/xml-writer.ts'
import { STANZA_NAMESPACE } from '../stanza.ts'

/** Names have no prefixes, as clients are used to. Characters that XML cannot carry become U+FFFD. */
export function writeStanza(stanza: XmlElement): string {
  return written(stanza, STANZA_NAMESPACE)
}

/** @param around The default namespace where the element stands. */
function written({ namespace, name, attributes, children }: XmlElement, around: string): string {
  let tag = name
  if (namespace !== around) tag += namespaceDeclaration('', namespace)
  attributes.forEach((attribute, index) => {
    tag += attributeText(attribute, index)
  })
  if (children.length === 0) return `<${tag}/>`
  let content = ''
  for (const child of children) {
    content += typeof child === 'string' ? escapeText(child) : written(child, namespace)
  }
  return `<${tag}>${content}</${name}>`
}

function attributeText({ namespace, name, value }: XmlAttribute, index: number): string {
  const assigned = `="${escapeAttribute(value)}"`
  if (namespace === '') return ` ${name}${assigned}`
  if (namespace === XML_NAMESPACE) return ` xml:${name}${assigned}`
  // The default namespace does not reach attributes. Namespaces in XML §6.2
  const prefix = `a${index}`
  return `${namespaceDeclaration(prefix, namespace)} ${prefix}:${name}${assigned}`
}
