/** Collections of XCAP documents: all of a usage, of a home or of a folder, also those that come later. RFC 5875 §4.1. */
import type { DocumentId, DocumentTree } from '../../core/model/document-id.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { XcapUsage, XcapUsages } from '../../core/model/xcap-usage.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { buildXcapUri } from '../../core/uri/xcap-uri.ts'
import { mayRead } from './xcap-readers.ts'

export interface WatchedCollection {
  readonly kind: 'collection'
  readonly usage: XcapUsage
  /** The AUID as the subscriber spelled it. */
  readonly name: string
  readonly tree: DocumentTree
  /** As the subscriber spelled it; absent: the global tree. */
  readonly xui?: string
  readonly folder: readonly string[]
}

interface CollectionContext {
  readonly usages: XcapUsages
  readonly watcher: Aor
  readonly ownerOf: (xui: string) => Promise<Aor | undefined>
}

/** @param reference `/`, `/AUID/`, `/AUID/users/`, `/AUID/users/XUI/`, `/AUID/global/`, or a folder in one of the last two. */
export async function parseCollection(
  reference: string,
  { usages, watcher, ownerOf }: CollectionContext,
): Promise<readonly WatchedCollection[]> {
  const segments = decoded(reference)
  if (!segments) return []
  const [name, context, ...rest] = segments
  const found: WatchedCollection[] = []
  const add = (usageName: string, place: Pick<WatchedCollection, 'tree' | 'xui' | 'folder'>) => {
    const usage = usages.get(usageName)
    // What there is in a home is its owner's to know, though everybody may read it who knows its name, as an icon's.
    const isForeign = place.tree !== 'global' && place.tree !== watcher
    if (!usage || isForeign || !mayRead(usage, place.tree, watcher)) return
    found.push({ kind: 'collection', usage, name: usageName, ...place })
  }
  const own = { tree: watcher, xui: watcher, folder: [] }
  const [xui, ...folder] = rest
  if (context === 'users' && xui !== undefined) {
    const tree = await ownerOf(xui)
    if (tree !== undefined && name !== undefined) add(name, { tree, xui, folder })
    return found
  }
  for (const one of name === undefined ? mainNames(usages) : [name]) {
    if (context !== 'global') add(one, own)
    if (context !== 'users') add(one, { tree: 'global', folder: rest })
  }
  return found
}

/** Every usage once, by its own AUID. */
function mainNames(usages: XcapUsages): ReadonlySet<string> {
  return new Set(Array.from(usages.values(), ({ auid }) => auid))
}

function decoded(reference: string): readonly string[] | undefined {
  try {
    return reference.split('/').slice(1, -1).map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** The document's address, when it is one of the collection. */
export function selectorIn(collection: WatchedCollection, id: DocumentId): string | undefined {
  const { usage, name, tree, xui, folder } = collection
  if (id.tree !== tree || id.auid !== usage.auid) return undefined
  const address = usage
    .addresses(id)
    .find((one) => one.name === name && folder.every((part, at) => one.path[at] === part))
  if (!address || address.path.length <= folder.length) return undefined
  const uri = { auid: name, path: address.path, ...(xui === undefined ? {} : { xui }) }
  return buildXcapUri(uri).slice(1)
}

/** Documents of the collection that are there now. */
export async function documentsIn(
  collection: WatchedCollection,
  documents: Pick<DocumentStore, 'list'>,
) {
  const { tree, usage } = collection
  const stored = await documents.list(tree, usage.auid)
  return stored.flatMap((metadata) => {
    const selector = selectorIn(collection, metadata.id)
    return selector === undefined ? [] : [{ selector, metadata }]
  })
}
