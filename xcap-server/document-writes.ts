/** PUT and DELETE of documents. RFC 4825 §7.1, §7.2, §8.2, §8.4. */
import type { Allowance, DocumentStore, WriteOutcome } from '../core/model/stores.ts'
import { buildXcapUri } from '../core/uri/xcap-uri.ts'
import type { ApplicationUsage } from './application-usage.ts'
import type { AuthorizeWrite } from './authorization.ts'
import { NoParent } from './conflicts.ts'
import type { LocatedDocument, LocateDocument } from './document-locator.ts'
import { refuseNodeSelector } from './document-reads.ts'
import { etagField, writeConditions } from './entity-tag-fields.ts'
import { MethodNotAllowed, NotFound, PreconditionFailed } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import { noRoom } from './no-room.ts'
import { emptyReply, type HeaderFields, type Reply } from './reply.ts'
import { readBody } from './request-body.ts'

const READ_METHODS = 'GET, HEAD, OPTIONS'

export interface DocumentWrites {
  readonly put: (request: HttpRequest) => Promise<Reply>
  readonly delete: (request: HttpRequest) => Promise<Reply>
}

interface Writable extends LocatedDocument {
  readonly accept: NonNullable<ApplicationUsage['accept']>
}

export function createDocumentWrites({
  locate,
  authorizeWrite,
  documents,
  allowance,
  documentBytes,
  rootUrl,
}: {
  locate: LocateDocument
  authorizeWrite: AuthorizeWrite
  documents: DocumentStore
  allowance: Allowance
  documentBytes: number
  /** Absolute URL of the XCAP root. */
  rootUrl: string
}): DocumentWrites {
  async function locateWritable(request: HttpRequest): Promise<Writable> {
    const located = await locate(request)
    const { accept } = located.usage
    if (!accept) throw new MethodNotAllowed(READ_METHODS)
    await authorizeWrite(request, located.owner)
    refuseNodeSelector(located.uri)
    return { ...located, accept }
  }

  async function put(request: HttpRequest): Promise<Reply> {
    const located = await locateWritable(request)
    const { usage, address, accept } = located
    const id = usage.locate(address)
    if (!id) throw missingFolder(located, rootUrl)
    const body = await readBody(request.message, usage.maxBytes ?? documentBytes)
    const content = await accept({ address, mediaType: mediaTypeOf(request), body })
    const conditions = writeConditions(request.headers)
    const outcome = await documents.put(id, content, conditions, allowance)
    return written(outcome, allowance, { 'Content-Type': usage.mediaType })
  }

  async function remove(request: HttpRequest): Promise<Reply> {
    const { usage, address } = await locateWritable(request)
    const id = usage.locate(address)
    if (!id) throw new NotFound()
    const outcome = await documents.delete(id, writeConditions(request.headers))
    return written(outcome, allowance, { 'Content-Type': usage.mediaType })
  }

  return { put, delete: remove }
}

/** The reply to a write: its tag, and no content (RFC 4825 §8.2.7), never 204, which Jitsi does not take. */
function written(outcome: WriteOutcome, allowance: Allowance, headers: HeaderFields): Reply {
  switch (outcome.outcome) {
    case 'created':
      return emptyReply(201, { ...headers, ETag: etagField(outcome.tag) })
    case 'replaced':
      return emptyReply(200, { ...headers, ETag: etagField(outcome.tag) })
    case 'deleted':
      // A document that is gone has no tag. RFC 4825 §8.4
      return emptyReply(200, headers)
    case 'absent':
      throw new NotFound()
    case 'no-room':
      throw noRoom(outcome.limit, allowance)
    case 'precondition-failed':
      throw new PreconditionFailed({
        phrase: 'The document is another version.',
        headers: outcome.current === undefined ? {} : { ETag: etagField(outcome.current) },
      })
  }
}

/** Folders cannot be made: the parent must be there. RFC 4825 §8.2.1. */
function missingFolder({ usage, uri }: LocatedDocument, rootUrl: string): NoParent {
  const { auid, xui } = uri
  const path = usage.folders(auid)
  const where = path.length === 0 ? 'in the home itself' : `in the folder ${path.join('/')}`
  const ancestor = rootUrl + buildXcapUri({ auid, path, ...(xui !== undefined && { xui }) })
  return new NoParent(`There is no such folder: documents stand ${where}.`, ancestor)
}

function mediaTypeOf({ headers }: HttpRequest): string {
  const [essence = ''] = (headers['content-type'] ?? '').split(';')
  return essence.trim().toLowerCase()
}
