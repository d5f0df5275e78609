/** GET and HEAD of documents. RFC 4825 §7.6, §8.3. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { Representation } from './application-usage.ts'
import type { AuthorizeRead } from './authorization.ts'
import type { LocatedDocument, LocateDocument } from './document-locator.ts'
import { readOutcome } from './entity-tag-fields.ts'
import { NotFound, NotImplemented, PreconditionFailed } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { Handle } from './answer.ts'
import type { Reply } from './reply.ts'

export function createDocumentReads({
  locate,
  authorizeRead,
}: {
  locate: LocateDocument
  authorizeRead: AuthorizeRead
}): Handle {
  return (request) =>
    whenReady(locate(request), (located) =>
      whenReady(authorizeRead(request, located), () =>
        whenReady(represent(request, located), (representation) => {
          if (!representation) throw new NotFound()
          return respond(request, representation)
        }),
      ),
    )
}

function represent(
  request: HttpRequest,
  { usage, uri, address }: LocatedDocument,
): MaybePromise<Representation | undefined> {
  refuseNodeSelector(uri)
  const id = usage.locate(address)
  return id && usage.read(id, address, request.headers.accept)
}

export function refuseNodeSelector(uri: { readonly node?: readonly string[] }): void {
  if (uri.node === undefined) return
  throw new NotImplemented({ phrase: 'Documents are served whole, not node by node.' })
}

/** Answers with a representation as the conditions of the request have it. RFC 9110 §13.2.2. */
export function respond(
  request: HttpRequest,
  { etag, headers, size, body }: Representation,
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
    if (!bytes) throw new NotFound()
    return { status: 200, headers, body: bytes }
  })
}
