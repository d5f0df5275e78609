/** Changes a part of a document by compare-and-swap on the version it was read from. RFC 4825 §8.2.3–8.2.6. */
import type { SourceDocument } from '../core/documents/source-document.ts'
import type { DocumentId } from '../core/model/document-id.ts'
import type { EntityTag } from '../core/model/entity-tag.ts'
import type { NodeEdit, NodeEditConflict } from '../core/model/node-edit.ts'
import { preconditionsHold, type Preconditions } from '../core/model/preconditions.ts'
import type { Allowance } from '../core/model/stores.ts'
import type { DocumentTrees } from './document-trees.ts'
import type { ReadVersion } from './document-version.ts'
import { NotFound, ServiceUnavailable } from './http-errors.ts'
import { bannedImage } from './moderation-replies.ts'
import { noRoom } from './no-room.ts'
import type { StoreUpload } from './upload-store.ts'
import type { WritableDocument } from './writable-document.ts'
import { otherVersion } from './write-replies.ts'
import { createWriteTurns } from './write-turns.ts'

interface NodeChange {
  readonly target: WritableDocument & { readonly id: DocumentId }
  readonly conditions: Preconditions
  readonly edit: (document: SourceDocument) => NodeEdit
  /** What is said when there is no document. */
  readonly withoutDocument: () => Error
  readonly refused: (conflict: NodeEditConflict) => Error
}

interface ChangedNode {
  readonly tag: EntityTag
  readonly created: boolean
}

export type ApplyNodeChange = (change: NodeChange) => Promise<ChangedNode>

/** How often others may replace the document before a change gives up. */
const ATTEMPTS = 50

export function createNodeChanges({
  readVersion,
  trees,
  storeUpload,
  allowance,
}: {
  readVersion: ReadVersion
  trees: DocumentTrees
  storeUpload: StoreUpload
  allowance: Allowance
}): ApplyNodeChange {
  const takeTurn = createWriteTurns()

  /** Undefined: somebody else was first. */
  async function attempt(change: NodeChange): Promise<ChangedNode | undefined> {
    const { target } = change
    const version = await readVersion(target.id, target)
    if (!version) throw change.withoutDocument()
    const { document, created } = editOf(change, version)
    const mediaType = target.usage.mediaType.toLowerCase()
    const body = Buffer.from(document.text)
    const upload = { mediaType, body, document, replaces: version.document }
    const outcome = await storeUpload(target, upload, { ifMatch: [version.tag] })
    if (outcome.outcome === 'no-room') throw noRoom(outcome, allowance)
    if (outcome.outcome === 'banned') throw bannedImage()
    // The document as it is stays for the others; what waits has no nodes to be addressed.
    if (outcome.outcome === 'held') return { tag: outcome.tag, created }
    if (outcome.outcome !== 'replaced') return undefined
    trees.keep(outcome.tag, document)
    return { tag: outcome.tag, created }
  }

  return (change) =>
    takeTurn(change.target.id, async () => {
      for (let left = ATTEMPTS; left > 0; left--) {
        const changed = await attempt(change)
        if (changed) return changed
      }
      const phrase = 'The document changes faster than it can be edited; try again.'
      throw new ServiceUnavailable({ phrase, headers: { 'Retry-After': '1' } })
    })
}

function editOf(
  { conditions, edit, refused }: NodeChange,
  { tag, document }: { tag: EntityTag; document: SourceDocument },
): Extract<NodeEdit, { kind: 'edited' }> {
  const outcome = edit(document)
  if (outcome.kind === 'absent') throw new NotFound()
  // Every node has its document's tag, so `If-None-Match: *` fails wherever there is a document. RFC 4825 §8.2.6
  if (!preconditionsHold(conditions, tag)) throw otherVersion(tag)
  if (outcome.kind === 'conflict') throw refused(outcome)
  return outcome
}
