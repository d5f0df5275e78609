/** Who may do what with a document. RFC 4825 §5.7, §8. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { LocatedDocument } from './document-locator.ts'
import { Forbidden } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { Identify } from './identification.ts'

/** Throws `Unauthorized` and `Forbidden`. */
export type AuthorizeRead = (
  request: HttpRequest,
  located: Pick<LocatedDocument, 'usage' | 'owner'>,
) => MaybePromise<void>

export type AuthorizeWrite = (
  request: HttpRequest,
  owner: LocatedDocument['owner'],
) => MaybePromise<void>

export function createAuthorization({ identify }: { identify: Identify }): {
  authorizeRead: AuthorizeRead
  authorizeWrite: AuthorizeWrite
} {
  return {
    authorizeRead: (request, { usage, owner }) => {
      // Everybody reads global documents. RFC 4825 §5.7
      if (owner === undefined || usage.readers === 'everybody') return undefined
      return whenReady(identify(request, owner), (reader) => {
        if (usage.readers === 'owner' && reader !== owner.aor) throw someoneElses()
      })
    },
    authorizeWrite: (request, owner) => {
      if (owner === undefined) {
        throw new Forbidden({ phrase: 'Documents of everybody are written by the operator only.' })
      }
      return whenReady(identify(request, owner), (writer) => {
        if (writer !== owner.aor) throw someoneElses()
      })
    },
  }
}

function someoneElses(): Forbidden {
  return new Forbidden({ phrase: 'These documents belong to somebody else.' })
}
