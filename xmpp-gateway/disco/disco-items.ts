/** Service discovery items: what belongs to somebody and has an address of its own. XEP-0030 §4. */
import { xmlAttribute, xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'

export const DISCO_ITEMS = 'http://jabber.org/protocol/disco#items'

/** `nodes`: of the address itself. */
export function writeDiscoItems(
  jid: string,
  nodes: readonly string[],
  asked: string | undefined,
): XmlElement {
  const items = nodes.map((node) =>
    xmlElement(DISCO_ITEMS, 'item', undefined, [
      xmlAttribute('jid', jid),
      xmlAttribute('node', node),
    ]),
  )
  const attributes = asked === undefined ? [] : [xmlAttribute('node', asked)]
  return xmlElement(DISCO_ITEMS, 'query', items, attributes)
}
