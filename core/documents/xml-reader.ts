/** Strict XML reader: bytes or text to the element tree. XML 1.0, Namespaces in XML 1.0; UTF-8 only (RFC 4825 §8.2.1). */
import type { SaxesTagNS } from 'saxes'
import type { GrowingElement } from './growing-element.ts'
import { readPlainXml } from './plain-xml-reader.ts'
import type { Reading } from './reading.ts'
import type { XmlAttribute, XmlElement } from './xml-element.ts'
import { DEFAULT_XML_LIMITS, TreeBuilder, type XmlLimits } from './xml-tree-builder.ts'

export { DEFAULT_XML_LIMITS, type XmlLimits }

/** Takes hostile input. No document type declaration, hence no entity beyond XML's own five. */
export function readXml(
  source: Uint8Array | string,
  limits: XmlLimits = DEFAULT_XML_LIMITS,
): Reading<XmlElement> {
  const text = readText(source, limits)
  if (text.error !== undefined) return text
  const plain = readPlainXml(text.value, limits)
  return plain ? { value: plain } : builder.read(text.value, limits)
}

/** Reads a document of one format: the tree first, then what it says. */
export function readDocument<T>(
  source: Uint8Array | string,
  parse: (root: XmlElement) => Reading<T>,
  limits?: XmlLimits,
): Reading<T> {
  const tree = readXml(source, limits)
  return tree.error === undefined ? parse(tree.value) : tree
}

/** The text of a document that may be one: not too long, in UTF-8, without a document type. A byte order mark stays. */
export function readText(source: Uint8Array | string, limits: XmlLimits): Reading<string> {
  if (source.length > limits.maxLength) {
    return { error: 'too-large', detail: `longer than ${limits.maxLength} bytes` }
  }
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  if (text === undefined) return { error: 'not-utf-8', detail: 'the bytes are not UTF-8' }
  if (declaresDocumentType(text)) {
    return { error: 'not-well-formed', detail: 'a document type declaration is not accepted' }
  }
  return { value: text }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

// One that is not closed reaches to the end, so that the search stays linear.
const NO_MARKUP = /<!--(?:[^]*?-->|[^]*)|<!\[CDATA\[(?:[^]*?\]\]>|[^]*)|<\?(?:[^]*?\?>|[^]*)/g

function declaresDocumentType(text: string): boolean {
  return text.includes('<!DOCTYPE') && text.replace(NO_MARKUP, '').includes('<!DOCTYPE')
}

class PlacelessTreeBuilder extends TreeBuilder<GrowingElement> {
  protected override begin(
    { uri, local, prefix }: SaxesTagNS,
    attributes: readonly XmlAttribute[],
    children: GrowingElement['children'],
  ): GrowingElement {
    return { namespace: uri, name: local, prefix, attributes, children }
  }

  protected override finish(): void {
    // Where an element ends says nothing here.
  }
}

const builder = new PlacelessTreeBuilder(false)
