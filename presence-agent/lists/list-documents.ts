/** List documents: what references of one person's lists lead to, as far as that person may read it. RFC 4826 §4.5. */
import {
  parseMember,
  RESOURCE_LISTS_NAMESPACE,
  type ListMember,
} from '../../core/documents/resource-lists.ts'
import type { SourceDocument } from '../../core/documents/source-document.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import { RESOURCE_LISTS, type DocumentId } from '../../core/model/document-id.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { ListReference } from '../../core/model/list-reference.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import { selectNode } from '../../core/model/node-selection.ts'
import { parseNodeSelector } from '../../core/model/node-selector.ts'
import type { AccountStore, DocumentStore, StoredDocument } from '../../core/model/stores.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'

export interface ListDocument {
  readonly id: DocumentId
  /** Absent: there is none, or none that can be read. */
  readonly content: SourceDocument | undefined
}

export interface ListDocuments {
  /** The document that the reference leads into; undefined: none that the reader may see. */
  fetch(reference: ListReference, reader: Aor): MaybePromise<ListDocument | undefined>
}

interface ListDocumentsParts {
  readonly documents: Pick<DocumentStore, 'get'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
}

/** Documents whose trees are kept: many lists may refer to one. */
const KEPT = 64

export function createListDocuments(parts: ListDocumentsParts): ListDocuments {
  const { documents } = parts
  /** Oldest first. */
  const kept = new Map<string, { readonly tag: string; readonly content: SourceDocument }>()

  function read({ id, tag, body }: StoredDocument): SourceDocument | undefined {
    const key = `${id.tree}/${id.path}`
    const before = kept.get(key)
    if (before?.tag === tag) return before.content
    kept.delete(key)
    const reading = readSource(body)
    if (reading.error !== undefined) return undefined
    kept.set(key, { tag, content: reading.value })
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break
      kept.delete(oldest)
    }
    return reading.value
  }

  return {
    fetch: ({ uri }, reader) =>
      whenReady(treeOf(uri.xui, reader, parts), (tree) => {
        if (tree === undefined) return undefined
        const id: DocumentId = { auid: RESOURCE_LISTS, tree, path: uri.path.join('/') }
        return whenReady(documents.get(id), (stored) => {
          return { id, content: stored && read(stored) }
        })
      }),
  }
}

/** One's own lists and those that belong to nobody are what one may read. RFC 4825 §5.7 */
function treeOf(
  xui: string | undefined,
  reader: Aor,
  { accounts, domains }: ListDocumentsParts,
): MaybePromise<DocumentId['tree'] | undefined> {
  if (xui === undefined) return 'global'
  const address = parseAor(xui)
  if (address === undefined) return undefined
  const canonical = domains.canonical(address)
  if (canonical === reader) return reader
  return whenReady(accounts.find(canonical), (account) =>
    account?.aor === reader ? reader : undefined,
  )
}

/** What the reference selects in its document; undefined: no list and no entry. */
export function memberAt(
  { content }: ListDocument,
  { uri: { node, query } }: ListReference,
): ListMember | undefined {
  const context = { query, defaultNamespace: RESOURCE_LISTS_NAMESPACE }
  const selector = parseNodeSelector(node, context)
  const selected =
    content && typeof selector !== 'string' ? selectNode(content, selector) : undefined
  if (selected?.kind !== 'element') return undefined
  const { element } = selected.path
  if (element.namespace !== RESOURCE_LISTS_NAMESPACE) return undefined
  const member = parseMember(element)
  return typeof member === 'string' ? undefined : member
}
