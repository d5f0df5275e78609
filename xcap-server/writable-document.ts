/** The document that a request would change, and whether it may. RFC 4825 §5.7, §8. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { READ_METHODS } from './allowed-methods.ts'
import type { ApplicationUsage } from './application-usage.ts'
import type { AuthorizeWrite } from './authorization.ts'
import type { LocatedDocument, LocateDocument } from './document-locator.ts'
import { MethodNotAllowed } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { CheckIconLock } from './icon-lock.ts'

export interface WritableDocument extends LocatedDocument {
  readonly accept: NonNullable<ApplicationUsage['accept']>
}

/** Throws whatever forbids the write, before any content is read. */
export type LocateWritable = (request: HttpRequest) => MaybePromise<WritableDocument>

export function createWritableLocator({
  locate,
  authorizeWrite,
  checkIconLock,
}: {
  locate: LocateDocument
  authorizeWrite: AuthorizeWrite
  checkIconLock: CheckIconLock
}): LocateWritable {
  return (request) =>
    whenReady(locate(request), (located) => {
      const { accept } = located.usage
      if (!accept) throw new MethodNotAllowed(READ_METHODS)
      // Namespace bindings are read only, and the answer names GET. RFC 4825 §8.2, §8.4
      if (located.node?.target.kind === 'namespaces') throw new MethodNotAllowed('GET')
      const { owner, usage, address } = located
      return whenReady(authorizeWrite(request, owner), () => {
        const lock = owner && checkIconLock(owner.aor, usage.locate(address)?.auid)
        return whenReady(lock, () => ({ ...located, accept }))
      })
    })
}
