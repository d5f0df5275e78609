/** Whether an icon URL that a client published names an icon of this service that is gone. RFC 4482 §3.4. */
import { auid, PRES_CONTENT, STATUS_ICON_FOLDER } from '../../core/model/document-id.ts'
import type { Domains } from '../../core/model/domain.ts'
import { ownIconReference } from '../../core/model/icon-announcement.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { AccountStore, DocumentStore } from '../../core/model/stores.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { parseXcapUri } from '../../core/uri/xcap-uri.ts'

export type IsGoneIcon = (url: string) => MaybePromise<boolean>

interface GoneIconsOptions {
  readonly documents: Pick<DocumentStore, 'iconByToken' | 'metadata'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly iconsPublicUrl: string
  readonly xcapRootUrls: readonly string[]
}

export function createIsGoneIcon(options: GoneIconsOptions): IsGoneIcon {
  const { documents, accounts, domains } = options

  function isGoneDocument(xcapPath: string): MaybePromise<boolean> {
    const uri = parseXcapUri(`/${xcapPath}`)
    const owner = typeof uri === 'string' || uri.xui === undefined ? undefined : parseAor(uri.xui)
    if (typeof uri === 'string' || owner === undefined) return true
    const address = domains.canonical(owner)
    // Both URLs of an icon name the same document.
    const folder = uri.auid === STATUS_ICON_FOLDER ? [STATUS_ICON_FOLDER] : []
    const usage = folder.length > 0 ? PRES_CONTENT : auid(uri.auid)
    const path = [...folder, ...uri.path].join('/')
    return whenReady(accounts.find(address), (account) => {
      const id = { auid: usage, tree: account?.aor ?? address, path }
      return whenReady(documents.metadata(id), isAbsent)
    })
  }

  return (url) => {
    const reference = ownIconReference(url, options)
    // It lives elsewhere, and is the publisher's own affair.
    if (!reference) return false
    if ('token' in reference) return whenReady(documents.iconByToken(reference.token), isAbsent)
    return isGoneDocument(reference.xcapPath)
  }
}

function isAbsent(found: unknown): boolean {
  return found === undefined
}

/** Does synchronous work that asks which icons are gone; does it again when an answer took its time. */
export function withGoneIcons<T>(
  isGoneIcon: IsGoneIcon,
  work: (isGone: (url: string) => boolean) => T,
): MaybePromise<T> {
  const late = new Map<string, Promise<boolean>>()
  const first = work((url) => {
    const gone = isGoneIcon(url)
    if (!(gone instanceof Promise)) return gone
    late.set(url, gone)
    return false
  })
  if (late.size === 0) return first
  const answers = [...late].map(async ([url, gone]) => [url, await gone] as const)
  return Promise.all(answers).then((known) => {
    const gone = new Map(known)
    return work((url) => gone.get(url) ?? false)
  })
}
