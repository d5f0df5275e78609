/** XML element tree: what every document format is read from and written as. Names are resolved. Namespaces in XML 1.0. */

export interface XmlElement {
  /** Empty: no namespace. */
  readonly namespace: string
  /** Without prefix. */
  readonly name: string
  /** As it was written: a hint for the writer, never a meaning. */
  readonly prefix: string
  /** Without namespace declarations. */
  readonly attributes: readonly XmlAttribute[]
  /** In document order. No two texts stand side by side, and no white space stands between elements alone. */
  readonly children: readonly XmlNode[]
}

/** A string is character data. Comments and processing instructions are not kept. */
export type XmlNode = XmlElement | string

export interface XmlAttribute {
  /** Empty: no namespace, as every attribute without a prefix. */
  readonly namespace: string
  readonly name: string
  readonly prefix: string
  readonly value: string
}

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'

const NO_ATTRIBUTES: readonly XmlAttribute[] = []
const NO_CHILDREN: readonly XmlNode[] = []

/** An element whose prefix the writer chooses. */
export function xmlElement(
  namespace: string,
  name: string,
  children: readonly XmlNode[] = NO_CHILDREN,
  attributes: readonly XmlAttribute[] = NO_ATTRIBUTES,
): XmlElement {
  return { namespace, name, prefix: '', attributes, children }
}

/** An attribute without a namespace. */
export function xmlAttribute(name: string, value: string): XmlAttribute {
  return { namespace: '', name, prefix: '', value }
}

/** Value of the attribute; without `namespace` the one without a prefix. */
export function attributeOf(element: XmlElement, name: string, namespace = ''): string | undefined {
  for (const attribute of element.attributes) {
    if (attribute.name === name && attribute.namespace === namespace) return attribute.value
  }
  return undefined
}

/** The character data right inside the element, without white space around it. */
export function textOf(element: XmlElement): string {
  const only = element.children.length === 1 ? element.children[0] : undefined
  if (typeof only === 'string') return only.trim()
  return element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim()
}

export function elementsOf(element: XmlElement): readonly XmlElement[] {
  return hasOnlyElements(element.children)
    ? element.children
    : element.children.filter((child) => typeof child !== 'string')
}

function hasOnlyElements(children: readonly XmlNode[]): children is readonly XmlElement[] {
  for (const child of children) if (typeof child === 'string') return false
  return true
}

export function isNamed(element: XmlElement, namespace: string, name: string): boolean {
  return element.name === name && element.namespace === namespace
}
