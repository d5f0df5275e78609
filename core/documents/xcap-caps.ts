/** XCAP server capabilities. RFC 4825 §12. */
import { schemaError, type Reading } from './reading.ts'
import { elementsOf, isNamed, textOf, xmlElement, type XmlElement } from './xml-element.ts'
import { writeXml } from './xml-writer.ts'

export const XCAP_CAPS_NAMESPACE = 'urn:ietf:params:xml:ns:xcap-caps'
export const XCAP_CAPS_MEDIA_TYPE = 'application/xcap-caps+xml'

export interface XcapCaps {
  readonly auids: readonly string[]
  readonly extensions: readonly string[]
  readonly namespaces: readonly string[]
  /** Elements of other namespaces. */
  readonly unknown: readonly XmlElement[]
}

export function parseXcapCaps(root: XmlElement): Reading<XcapCaps> {
  if (!isNamed(root, XCAP_CAPS_NAMESPACE, 'xcap-caps'))
    return schemaError('the root is not xcap-caps')
  const children = elementsOf(root)
  return {
    value: {
      auids: namesIn(children, 'auids'),
      extensions: namesIn(children, 'extensions'),
      namespaces: namesIn(children, 'namespaces'),
      unknown: children.filter(({ namespace }) => namespace !== XCAP_CAPS_NAMESPACE),
    },
  }
}

// auids, extensions, namespaces: in this order, the second only when there are any. RFC 4825 §12.4
export function serializeXcapCaps({ auids, extensions, namespaces, unknown }: XcapCaps): string {
  const children = [listElement('auids', 'auid', auids)]
  if (extensions.length > 0) children.push(listElement('extensions', 'extension', extensions))
  children.push(listElement('namespaces', 'namespace', namespaces), ...unknown)
  const root = xmlElement(XCAP_CAPS_NAMESPACE, 'xcap-caps', children)
  return writeXml(root, new Map([[XCAP_CAPS_NAMESPACE, '']]))
}

function namesIn(children: readonly XmlElement[], name: string): string[] {
  const list = children.find((child) => isNamed(child, XCAP_CAPS_NAMESPACE, name))
  return list ? elementsOf(list).map(textOf) : []
}

function listElement(name: string, item: string, values: readonly string[]): XmlElement {
  const items = values.map((value) => xmlElement(XCAP_CAPS_NAMESPACE, item, [value]))
  return xmlElement(XCAP_CAPS_NAMESPACE, name, items)
}
