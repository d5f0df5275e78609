/** From a request to the document it names: root, usage, tree, document. What cannot be there is 404 before any challenge. RFC 4825 §6, §8. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { parseNodeSelector, type NodeSelector } from '../core/model/node-selector.ts'
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
  /** Absent: the whole document. */
  readonly node?: NodeSelector
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
    // Checked before any document is looked up. RFC 4825 §8
    const node = nodeIn(uri, usage)
    const named = { usage, uri, ...(node && { node }) }
    if (xui === undefined) return { ...named, address: { name, tree: 'global', path } }
    return whenReady(findOwner(xui), (owner) => {
      if (!owner) throw new NotFound()
      return { ...named, owner, address: { name, tree: owner.aor, path } }
    })
  }
}

const SELECTOR_ERRORS: Record<
  Extract<ReturnType<typeof parseNodeSelector>, string>,
  () => Error
> = {
  malformed: () => new BadRequest({ phrase: 'The node selector is malformed.' }),
  'undeclared-prefix': () =>
    new BadRequest({
      phrase: 'A prefix of the node selector is not bound by xmlns() in the query.',
    }),
  // A selector of an extension that is not known names nothing. RFC 4825 §8
  'unknown-extension': () => new NotFound(),
}

function nodeIn(
  { node, query }: XcapUri,
  { defaultNamespace }: ApplicationUsage,
): NodeSelector | undefined {
  if (node === undefined) return undefined
  const selector = parseNodeSelector(node, { query, defaultNamespace })
  if (typeof selector === 'string') throw SELECTOR_ERRORS[selector]()
  return selector
}
