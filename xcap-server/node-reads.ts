/** GET and HEAD of elements, attributes and namespace bindings. RFC 4825 §7.6, §7.9, §7.10, §8.3. */
import type { DocumentId } from '../core/model/document-id.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { nodeContent, selectNode } from '../core/model/node-selection.ts'
import type { NodeSelector } from '../core/model/node-selector.ts'
import type { Representation } from './application-usage.ts'
import type { LocatedDocument } from './document-locator.ts'
import type { DocumentVersion, ReadVersion } from './document-version.ts'
import { etagField } from './entity-tag-fields.ts'
import { NODE_MEDIA_TYPES } from './node-media-types.ts'
import { clientWritten } from './stored-document.ts'

/** Undefined: no document, or nothing in it that the selector names. */
export type ReadNode = (
  id: DocumentId,
  located: LocatedDocument,
  node: NodeSelector,
) => MaybePromise<Representation | undefined>

export function createNodeReads({ readVersion }: { readVersion: ReadVersion }): ReadNode {
  return (id, located, node) =>
    whenReady(readVersion(id, located), (version) => version && represent(version, node))
}

function represent({ tag, document }: DocumentVersion, node: NodeSelector) {
  const selected = selectNode(document, node)
  if (!selected) return undefined
  const bytes = Buffer.from(nodeContent(document, selected))
  const etag = etagField(tag)
  const headers = clientWritten(NODE_MEDIA_TYPES[node.target.kind], etag)
  return { etag, headers, size: bytes.length, body: () => bytes }
}
