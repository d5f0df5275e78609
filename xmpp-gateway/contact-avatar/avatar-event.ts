/** What a PEP event says of a contact's avatar. XEP-0163 §3, XEP-0060 §7.1.2, §7.2.2, §8.4, §8.5. */
import { attributeOf, elementsOf, type XmlElement } from '../../core/documents/xml-element.ts'
import { AVATAR_NODES, type AvatarNodes } from '../avatar-nodes.ts'
import { PUBSUB_EVENT } from '../namespaces.ts'
import { readMetadata, type Announcement } from './avatar-metadata.ts'

export interface AvatarEvent {
  readonly nodes: AvatarNodes
  /** `purged`: nothing is said any more. `retracted`: not this picture any more; another may be the current one. */
  readonly said: Announcement | 'purged' | { readonly retracted: string }
}

/** Undefined: it is of something else, or cannot be understood. */
export function readAvatarEvent(event: XmlElement): AvatarEvent | undefined {
  for (const part of elementsOf(event)) {
    const node = attributeOf(part, 'node')
    const nodes = AVATAR_NODES.find(({ metadata }) => metadata === node)
    const said = nodes && part.namespace === PUBSUB_EVENT ? readPart(part, nodes) : undefined
    if (nodes && said !== undefined) return { nodes, said }
  }
  return undefined
}

function readPart(part: XmlElement, { metadata }: AvatarNodes): AvatarEvent['said'] | undefined {
  if (part.name === 'purge' || part.name === 'delete') return 'purged'
  if (part.name !== 'items') return undefined
  const last = elementsOf(part).at(-1)
  const id = last && attributeOf(last, 'id')
  if (last?.name === 'retract' && id !== undefined) return { retracted: id.toLowerCase() }
  const [payload] = last?.name === 'item' ? elementsOf(last) : []
  return payload && readMetadata(payload, metadata)
}
