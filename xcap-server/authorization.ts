/** Who may do what with a document. RFC 4825 §5.7, §8. */
import type { Domains } from '../core/model/domain.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { defaultSubHandling, type MaySeeIcon } from '../core/model/presence-policy.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ApplicationUsage, GlobalReaders, Readers } from './application-usage.ts'
import type { LocatedDocument } from './document-locator.ts'
import type { DocumentOwner } from './document-owner.ts'
import { clientAddress, type IsTrusted } from './forwarded.ts'
import { Forbidden, NotFound } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { Identify } from './identification.ts'

/** Throws `Unauthorized` and `Forbidden`. */
export type AuthorizeRead = (
  request: HttpRequest,
  located: { usage: Pick<ApplicationUsage, 'readers' | 'globalReaders'>; owner?: DocumentOwner },
) => MaybePromise<void>

export type AuthorizeWrite = (
  request: HttpRequest,
  owner: LocatedDocument['owner'],
) => MaybePromise<void>

export function createAuthorization({
  identify,
  domains,
  trustProxy,
  resourceListServers,
  maySeeIcon = byPolicy(domains),
}: {
  identify: Identify
  domains: Domains
  trustProxy: IsTrusted
  resourceListServers: IsTrusted
  maySeeIcon?: MaySeeIcon | undefined
}): {
  authorizeRead: AuthorizeRead
  authorizeWrite: AuthorizeWrite
} {
  const authorizeOwned = createOwnedAuthorization(identify, maySeeIcon)
  return {
    authorizeRead: (request, { usage, owner }) => {
      if (owner) return authorizeOwned(request, usage.readers, owner)
      const trusted = () => resourceListServers(clientAddress(request, trustProxy))
      authorizeGlobalRead(usage.globalReaders, trusted)
      return undefined
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

function createOwnedAuthorization(identify: Identify, maySeeIcon: MaySeeIcon) {
  const authorizeReader = (request: HttpRequest, readers: Readers, owner: DocumentOwner) => {
    if (readers === 'everybody') return undefined
    return whenReady(identify(request, owner), (reader) =>
      whenReady(mayRead(readers, reader, owner, maySeeIcon), (may) => {
        if (!may) throw someoneElses()
      }),
    )
  }
  return (request: HttpRequest, readers: Readers, owner: DocumentOwner): MaybePromise<void> =>
    whenReady(authorizeReader(request, readers, owner), () => {
      // What stays stored of somebody who is suspended is shown to nobody.
      if (owner.account?.suspended) throw new NotFound()
    })
}

function byPolicy(domains: Domains): MaySeeIcon {
  return ({ aor, domain }, watcher) => defaultSubHandling(aor, domain, watcher, domains) === 'allow'
}

function authorizeGlobalRead(readers: GlobalReaders | undefined, trusted: () => boolean): void {
  // Everybody reads global documents, unless the usage says otherwise. RFC 4825 §5.7
  if (readers === undefined || trusted()) return
  // What all users wrote together is for trusted servers alone. RFC 4826 §4.4.9
  throw new Forbidden({ phrase: 'This document is for resource list servers only.' })
}

function mayRead(
  readers: Readers,
  reader: Aor,
  owner: DocumentOwner,
  maySeeIcon: MaySeeIcon,
): MaybePromise<boolean> {
  if (readers === 'owner') return reader === owner.aor
  if (readers !== 'watchers') return true
  return maySeeIcon(owner, reader)
}

function someoneElses(): Forbidden {
  return new Forbidden({ phrase: 'These documents belong to somebody else.' })
}
