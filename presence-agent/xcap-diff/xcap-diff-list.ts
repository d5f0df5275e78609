/** The list in a SUBSCRIBE for XCAP changes: which documents, collections, elements and attributes are meant. RFC 5875 §4.4. */
import { RESOURCE_LISTS_NAMESPACE } from '../../core/documents/resource-lists.ts'
import { attributeOf, elementsOf, isNamed } from '../../core/documents/xml-element.ts'
import { readXml } from '../../core/documents/xml-reader.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { DocumentId } from '../../core/model/document-id.ts'
import { parseNodeSelector, type NodeSelector } from '../../core/model/node-selector.ts'
import { resolvePresentity } from '../../core/model/presentity.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import type { XcapUsages } from '../../core/model/xcap-usage.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { parseXcapUri } from '../../core/uri/xcap-uri.ts'
import { parseCollection, type WatchedCollection } from './xcap-diff-collection.ts'
import { mayRead } from './xcap-readers.ts'

export interface WatchedDocument {
  readonly kind: 'document'
  /** As the subscriber spelled it. */
  readonly selector: string
  readonly id: DocumentId
}

export interface WatchedNode {
  readonly kind: 'node'
  readonly selector: string
  readonly id: DocumentId
  readonly node: NodeSelector
}

export type WatchedXcap = WatchedDocument | WatchedNode | WatchedCollection

export interface XcapGround {
  readonly usages: XcapUsages
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly xcapRootUrls: readonly string[]
}

/** Entries of one list, and collections, each of which is listed anew with every SUBSCRIBE; what is beyond is not watched. */
const MOST_ENTRIES = 1_000
const MOST_COLLECTIONS = 64

/** What of the list the watcher may read; the rest is left out without a word. §4.7 */
export async function readXcapList(
  ground: XcapGround,
  text: string,
  watcher: Aor,
): Promise<readonly WatchedXcap[]> {
  const watched: WatchedXcap[] = []
  let collections = 0
  for (const uri of new Set(entriesOf(text))) {
    for (const one of await readEntry(ground, uri, watcher)) {
      if (one.kind === 'collection' && ++collections > MOST_COLLECTIONS) continue
      watched.push(one)
    }
  }
  return watched
}

/** The URIs of a flat list; what else a list may hold is ignored. §4.4 */
function entriesOf(text: string): readonly string[] {
  const reading = readXml(text)
  if (reading.error !== undefined) return []
  const lists = elementsOf(reading.value)
  const uris = lists
    .flatMap((list) => elementsOf(list))
    .filter((entry) => isNamed(entry, RESOURCE_LISTS_NAMESPACE, 'entry'))
    .map((entry) => attributeOf(entry, 'uri'))
  return uris.filter((uri) => uri !== undefined).slice(0, MOST_ENTRIES)
}

async function readEntry(
  ground: XcapGround,
  uri: string,
  watcher: Aor,
): Promise<readonly WatchedXcap[]> {
  const selector = relative(uri, ground.xcapRootUrls)
  const reference = selector.startsWith('/') ? selector : `/${selector}`
  const ownerOf = (xui: string) => findOwner(ground, xui)
  if (reference.endsWith('/') && !reference.includes('/~~/')) {
    return parseCollection(reference, { ...ground, watcher, ownerOf })
  }
  const parsed = parseXcapUri(reference)
  if (typeof parsed === 'string') return []
  const { auid: name, xui, path, node, query } = parsed
  const usage = ground.usages.get(name)
  const tree = xui === undefined ? 'global' : await ownerOf(xui)
  if (!usage || tree === undefined || !mayRead(usage, tree, watcher)) return []
  const id = usage.locate({ name, tree, path })
  if (!id) return []
  if (!node) return [{ kind: 'document', selector, id }]
  const parsedNode = parseNodeSelector(node, { query, defaultNamespace: usage.defaultNamespace })
  // Nobody subscribes to namespaces. §4.1
  if (typeof parsedNode === 'string' || parsedNode.target.kind === 'namespaces') return []
  return [{ kind: 'node', selector, id, node: parsedNode }]
}

/** Below the XCAP root; its absolute URL may stand in front. */
function relative(uri: string, roots: readonly string[]): string {
  const root = roots.find((one) => uri.startsWith(`${one}/`))
  return root === undefined ? uri : uri.slice(root.length + 1)
}

async function findOwner(ground: XcapGround, xui: string): Promise<Aor | undefined> {
  const address = parseAor(xui)
  const owner = address && (await resolvePresentity(address, ground, true))
  // What is stored of people in another network is nobody's to follow.
  if (owner) return owner.domain.isNeighbour ? undefined : owner.aor
  // Nobody learns who exists: nothing of nobody is as good as nothing of somebody.
  const domain = address && ground.domains.of(address)
  return domain && !domain.isNeighbour ? ground.domains.canonical(address) : undefined
}
