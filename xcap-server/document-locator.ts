/** From a request to the document it names: root, usage, tree, document. What cannot be there is 404 before any challenge. RFC 4825 §6, §8. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { parseXcapUri, type XcapUri } from '../core/uri/xcap-uri.ts'
import type { ApplicationUsage, DocumentAddress } from './application-usage.ts'
import type { DocumentOwner, FindOwner } from './document-owner.ts'
import { BadRequest, NotFound } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'

export interface LocatedDocument {
  readonly usage: ApplicationUsage
  /** Absent: the global tree. */
  readonly owner?: DocumentOwner
  readonly address: DocumentAddress
  readonly uri: XcapUri
}

/** Throws `BadRequest` and `NotFound`. */
export type LocateDocument = (request: HttpRequest) => MaybePromise<LocatedDocument>

export function createDocumentLocator({
  xcapRoot,
  usages,
  findOwner,
}: {
  xcapRoot: string
  usages: ReadonlyMap<string, ApplicationUsage>
  findOwner: FindOwner
}): LocateDocument {
  return ({ reference }) => {
    const uri = parseXcapUri(reference.slice(xcapRoot.length))
    if (uri === 'nowhere') throw new NotFound()
    if (uri === 'malformed') throw new BadRequest({ phrase: 'The address is malformed.' })
    const usage = usages.get(uri.auid)
    if (!usage) throw new NotFound()
    const { auid: name, xui, path } = uri
    if (xui === undefined) return { usage, uri, address: { name, tree: 'global', path } }
    return whenReady(findOwner(xui), (owner) => {
      if (!owner) throw new NotFound()
      return { usage, uri, owner, address: { name, tree: owner.aor, path } }
    })
  }
}
