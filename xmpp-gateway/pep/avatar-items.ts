/** The items of a user's avatar nodes, as they are fetched and as they are sent. XEP-0084 §4. */
import { xmlAttribute, xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import type { AvatarNodes } from '../avatar-nodes.ts'
import type { Avatar, Picture } from '../user-avatars.ts'

/** Of the one item of a node that says there is no picture. XEP-0060 §12.21 */
const CURRENT = 'current'

/** `namespace`: of what the items stand in, pubsub or an event. */
export function itemsElement(
  namespace: string,
  node: string,
  items: readonly { readonly id: string; readonly payload: XmlElement }[],
): XmlElement {
  const children = items.map(({ id, payload }) =>
    xmlElement(namespace, 'item', [payload], [xmlAttribute('id', id)]),
  )
  return xmlElement(namespace, 'items', children, [xmlAttribute('node', node)])
}

/** Undefined: the user shows no picture. */
export function metadataItem(nodes: AvatarNodes, avatar: Avatar | undefined) {
  const { metadata, switchedOff } = nodes
  if (avatar) {
    return { id: avatar.id, payload: xmlElement(metadata, 'metadata', [info(metadata, avatar)]) }
  }
  const stop = switchedOff === 'stop' ? [xmlElement(metadata, 'stop')] : []
  return { id: CURRENT, payload: xmlElement(metadata, 'metadata', stop) }
}

/** Base64 without line feeds, and no attributes. XEP-0084 §4.1 */
export function dataItem({ data }: AvatarNodes, { avatar, bytes }: Picture) {
  const base64 = Buffer.from(bytes).toString('base64')
  return { id: avatar.id, payload: xmlElement(data, 'data', [base64]) }
}

function info(namespace: string, { id, size, width, height }: Avatar): XmlElement {
  return xmlElement(namespace, 'info', undefined, [
    xmlAttribute('bytes', String(size)),
    xmlAttribute('height', String(height)),
    xmlAttribute('id', id),
    xmlAttribute('type', 'image/png'),
    xmlAttribute('width', String(width)),
  ])
}
