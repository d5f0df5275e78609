/** An element as the body of a PUT: by itself, its namespaces declared. RFC 4825 §7.4. */
import type { XmlElement } from '../core/documents/xml-element.ts'
import { writeXml } from '../core/documents/xml-writer.ts'
import type { XcapContent } from './xcap-client.ts'
import { XCAP_ELEMENT_MEDIA_TYPE } from './xcap-media-types.ts'

const XML_DECLARATION = /^<\?xml[^>]*\?>\s*/

/** `prefixes`: of other namespaces than the element's own, which is the default one. */
export function elementContent(
  element: XmlElement,
  prefixes: ReadonlyMap<string, string> = new Map(),
): XcapContent {
  const document = writeXml(element, new Map([[element.namespace, ''], ...prefixes]))
  const body = new TextEncoder().encode(document.replace(XML_DECLARATION, ''))
  return { contentType: XCAP_ELEMENT_MEDIA_TYPE, body }
}
