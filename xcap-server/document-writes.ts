/** PUT and DELETE of documents. RFC 4825 §7.1, §7.2, §8.2, §8.4. */
import type { Allowance, DocumentStore } from '../core/model/stores.ts'
import { writeConditions } from './entity-tag-fields.ts'
import { NotFound } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import { mediaTypeOf } from './media-type.ts'
import type { MissingParents } from './missing-parents.ts'
import type { NodeWrites } from './node-writes.ts'
import type { Reply } from './reply.ts'
import { readBody } from './request-body.ts'
import type { CheckUpload } from './upload-rate.ts'
import type { StoreUpload } from './upload-store.ts'
import type { LocateWritable } from './writable-document.ts'
import { documentReply } from './write-replies.ts'

export interface DocumentWrites {
  readonly put: (request: HttpRequest) => Promise<Reply>
  readonly delete: (request: HttpRequest) => Promise<Reply>
}

interface DocumentWritesParts {
  readonly locateWritable: LocateWritable
  readonly nodes: NodeWrites
  readonly missing: MissingParents
  readonly storeUpload: StoreUpload
  readonly documents: DocumentStore
  readonly allowance: Allowance
  readonly documentBytes: number
  readonly rootUrl: string
  readonly checkUpload: CheckUpload
}

/** `nodes` does what concerns only a part of a document. */
export function createDocumentWrites({
  locateWritable,
  nodes,
  missing,
  storeUpload,
  documents,
  allowance,
  documentBytes,
  rootUrl,
  checkUpload,
}: DocumentWritesParts): DocumentWrites {
  async function put(request: HttpRequest): Promise<Reply> {
    const located = await locateWritable(request)
    const { usage, address, node } = located
    const id = usage.locate(address)
    // Folders cannot be made: the parent must be there. RFC 4825 §8.2.1
    if (!id) throw missing.folder(located)
    if (located.owner) checkUpload(request, located.owner.aor, id.auid)
    if (node) return nodes.put(request, { ...located, id, node })
    const body = await readBody(request.message, usage.maxBytes ?? documentBytes)
    const upload = { mediaType: mediaTypeOf(request), body }
    const outcome = await storeUpload({ ...located, id }, upload, writeConditions(request.headers))
    return documentReply(outcome, { mediaType: usage.mediaType, allowance, rootUrl })
  }

  async function remove(request: HttpRequest): Promise<Reply> {
    const located = await locateWritable(request)
    const { usage, address, node } = located
    const id = usage.locate(address)
    if (!id) throw new NotFound()
    if (node) return nodes.delete(request, { ...located, id, node })
    const outcome = await documents.delete(id, writeConditions(request.headers))
    return documentReply(outcome, { mediaType: usage.mediaType, allowance, rootUrl })
  }

  return { put, delete: remove }
}
