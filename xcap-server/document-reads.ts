/** GET and HEAD of documents. RFC 4825 §7.6, §8.3. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { Representation } from './application-usage.ts'
import type { AuthorizeRead } from './authorization.ts'
import type { LocatedDocument, LocateDocument } from './document-locator.ts'
import { readOutcome } from './entity-tag-fields.ts'
import { NotFound, PreconditionFailed } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { Handle } from './answer.ts'
import type { ReadNode } from './node-reads.ts'
import type { Reply } from './reply.ts'

/** How often a document may be replaced while it is read. */
const ATTEMPTS = 10

export function createDocumentReads({
  locate,
  authorizeRead,
  readNode,
}: {
  locate: LocateDocument
  authorizeRead: AuthorizeRead
  readNode: ReadNode
}): Handle {
  function represent(
    request: HttpRequest,
    located: LocatedDocument,
  ): MaybePromise<Representation | undefined> {
    const { usage, address, node } = located
    const id = usage.locate(address)
    if (!id) return undefined
    return node ? readNode(id, located, node) : usage.read(id, address, request.headers.accept)
  }

  function answer(request: HttpRequest, located: LocatedDocument, attempts: number) {
    return whenReady(represent(request, located), (representation): MaybePromise<Reply> => {
      if (!representation) throw new NotFound()
      return respond(request, representation, () => {
        if (attempts === 1) throw new NotFound()
        return answer(request, located, attempts - 1)
      })
    })
  }

  return (request) =>
    whenReady(locate(request), (located) =>
      whenReady(authorizeRead(request, located), () => answer(request, located, ATTEMPTS)),
    )
}

/** Answers with a representation as the conditions of the request have it; `replaced` answers when its bytes are gone. RFC 9110 §13.2.2. */
export function respond(
  request: HttpRequest,
  { etag, headers, size, body }: Representation,
  replaced: () => MaybePromise<Reply> = nothing,
): MaybePromise<Reply> {
  const outcome = readOutcome(request.headers, etag)
  if (outcome === 'precondition-failed') {
    throw new PreconditionFailed({
      phrase: 'The document is another version.',
      headers: { ETag: etag },
    })
  }
  if (outcome === 'not-modified') return { status: 304, headers }
  if (request.method === 'HEAD') return { status: 200, headers, length: size }
  return whenReady(body(), (bytes) => {
    if (!bytes) return replaced()
    return { status: 200, headers, body: bytes }
  })
}

function nothing(): never {
  throw new NotFound()
}
