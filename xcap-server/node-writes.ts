/** PUT and DELETE of elements and attributes. RFC 4825 §7.4, §7.5, §7.7, §7.8, §8.2, §8.4. */
import type { DocumentId } from '../core/model/document-id.ts'
import type { NodeEditConflict } from '../core/model/node-edit.ts'
import { deleteNode, putNode } from '../core/model/node-operations.ts'
import type { NodeSelector } from '../core/model/node-selector.ts'
import { preconditionsHold } from '../core/model/preconditions.ts'
import { nodeConflict, readingConflict } from './conflicts.ts'
import { documentLimits } from './document-limits.ts'
import { writeConditions } from './entity-tag-fields.ts'
import { NotFound, UnsupportedMediaType } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import { mediaTypeOf } from './media-type.ts'
import type { MissingParents } from './missing-parents.ts'
import type { ApplyNodeChange } from './node-changes.ts'
import { NODE_MEDIA_TYPES } from './node-media-types.ts'
import type { Reply } from './reply.ts'
import { readBody } from './request-body.ts'
import type { WritableDocument } from './writable-document.ts'
import { otherVersion, storedReply } from './write-replies.ts'

interface WritableNode extends WritableDocument {
  readonly id: DocumentId
  readonly node: NodeSelector
}

export interface NodeWrites {
  readonly put: (request: HttpRequest, target: WritableNode) => Promise<Reply>
  readonly delete: (request: HttpRequest, target: WritableNode) => Promise<Reply>
}

export function createNodeWrites({
  applyChange,
  missing,
  documentBytes,
}: {
  applyChange: ApplyNodeChange
  missing: MissingParents
  /** Longest document of a usage that says nothing else. */
  documentBytes: number
}): NodeWrites {
  async function put(request: HttpRequest, target: WritableNode): Promise<Reply> {
    const mediaType = NODE_MEDIA_TYPES[target.node.target.kind]
    if (mediaTypeOf(request) !== mediaType) throw new UnsupportedMediaType([mediaType])
    const limits = documentLimits(target.usage.maxBytes ?? documentBytes)
    const content = textOf(await readBody(request.message, limits.maxLength))
    const conditions = writeConditions(request.headers)
    const { tag, created } = await applyChange({
      target,
      conditions,
      edit: (document) => putNode(document, target.node, content, limits),
      withoutDocument: () =>
        preconditionsHold(conditions, undefined)
          ? missing.document(target)
          : otherVersion(undefined),
      refused: (conflict) => refusal(target, conflict, missing),
    })
    return storedReply(created ? 201 : 200, mediaType, tag)
  }

  async function remove(request: HttpRequest, target: WritableNode): Promise<Reply> {
    const { tag } = await applyChange({
      target,
      conditions: writeConditions(request.headers),
      edit: (document) => deleteNode(document, target.node),
      withoutDocument: () => new NotFound(),
      refused: (conflict) => refusal(target, conflict, missing),
    })
    // The tag of what is left, since the node has none any more. RFC 4825 §7.11
    return storedReply(200, NODE_MEDIA_TYPES[target.node.target.kind], tag)
  }

  return { put, delete: remove }
}

function refusal(
  target: WritableNode,
  { conflict, detail, ancestorSteps = 0 }: NodeEditConflict,
  missing: MissingParents,
): Error {
  if (conflict === 'no-parent') return missing.element(target, detail, ancestorSteps)
  return nodeConflict(conflict, detail)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function textOf(body: Uint8Array): string {
  try {
    return utf8.decode(body)
  } catch {
    throw readingConflict({ error: 'not-utf-8', detail: 'the bytes are not UTF-8' })
  }
}
