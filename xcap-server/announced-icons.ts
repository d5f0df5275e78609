/** Icons at the short URLs that presence documents carry: the image and nothing else. RFC 4482 §3.4. */
import type { Domains } from '../core/model/domain.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import { iconExtension } from '../core/model/status-icon.ts'
import type { CurrentIcon, DocumentStore } from '../core/model/stores.ts'
import type { Handle } from './answer.ts'
import type { Readers } from './application-usage.ts'
import type { AuthorizeRead } from './authorization.ts'
import { respond } from './document-reads.ts'
import { NotFound } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { IconRepresentations } from './icon-representations.ts'

const ANNOUNCED = /^\/i\/([\w-]{16,64})\.([a-z]{3})$/

export function createAnnouncedIcons({
  documents,
  representations,
  domains,
  authorizeRead,
  readers,
}: {
  documents: DocumentStore
  representations: IconRepresentations
  domains: Domains
  authorizeRead: AuthorizeRead
  readers: Readers
}): Handle {
  function authorize(request: HttpRequest, { id: { tree } }: CurrentIcon) {
    // To see somebody of another network one signs in here, as one does to watch them.
    const domain = tree === 'global' ? undefined : (domains.of(tree) ?? domains.all[0])
    const owned = tree !== 'global' && domain ? { owner: { aor: tree, domain } } : {}
    return authorizeRead(request, { usage: { readers }, ...owned })
  }

  return (request) => {
    const [, token, extension] = ANNOUNCED.exec(request.path) ?? []
    if (token === undefined) throw new NotFound()
    // Asked of the store each time: a replaced or deleted icon is gone at once.
    return whenReady(documents.iconByToken(token), (icon) => {
      if (!icon || iconExtension(icon.icon.mediaType) !== extension) throw new NotFound()
      return whenReady(authorize(request, icon), () =>
        respond(request, representations.atAnnouncedUrl(icon)),
      )
    })
  }
}
