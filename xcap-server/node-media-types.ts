/** Media types of what a node selector names. RFC 4825 §15.2. */
import type { NodeSelector } from '../core/model/node-selector.ts'

export const NODE_MEDIA_TYPES: Record<NodeSelector['target']['kind'], string> = {
  element: 'application/xcap-el+xml',
  attribute: 'application/xcap-att+xml',
  namespaces: 'application/xcap-ns+xml',
}
