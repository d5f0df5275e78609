/** Elements and attributes that somebody watches: what they are now, and whether that is news. RFC 5874 §3, RFC 5875 §4.7. */
import { hash } from 'node:crypto'
import type { SourceDocument } from '../../core/documents/source-document.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import type { XcapChange } from '../../core/documents/xcap-diff.ts'
import type { DocumentId } from '../../core/model/document-id.ts'
import { nodeContent, selectNode } from '../../core/model/node-selection.ts'
import { namespacesOf } from '../../core/model/patch-namespaces.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { WatchedNode } from './xcap-diff-list.ts'

export interface NodeReports {
  /** Those of the nodes that are not as they were told. */
  news(nodes: readonly WatchedNode[]): Promise<readonly XcapChange[]>
  /** Nothing was told yet. */
  forget(): void
}

export function createNodeReports(documents: Pick<DocumentStore, 'get'>): NodeReports {
  /** By selector: which content was told. Absent: none is there. */
  const told = new Map<string, string>()

  function report(watched: WatchedNode, document: SourceDocument | undefined) {
    const change = document && contentOf(watched, document)
    if (change) {
      const digest = hash('sha256', JSON.stringify([change, namespacesIn(change)]), 'base64')
      if (told.get(watched.selector) === digest) return undefined
      told.set(watched.selector, digest)
      return change
    }
    return told.delete(watched.selector) ? goneNode(watched) : undefined
  }

  return {
    async news(nodes) {
      const changes: XcapChange[] = []
      const read = new Map<DocumentId['path'], SourceDocument | undefined>()
      for (const watched of nodes) {
        const { id } = watched
        const key = JSON.stringify([id.auid, id.tree, id.path])
        if (!read.has(key)) read.set(key, await readDocument(documents, id))
        const change = report(watched, read.get(key))
        if (change) changes.push(change)
      }
      return changes
    },
    forget() {
      told.clear()
    },
  }
}

function namespacesIn(change: XcapChange): unknown {
  return change.kind === 'element' ? [...change.namespaces] : undefined
}

async function readDocument(
  documents: Pick<DocumentStore, 'get'>,
  id: DocumentId,
): Promise<SourceDocument | undefined> {
  const document = await documents.get(id)
  const reading = document && readSource(document.body)
  return reading?.error === undefined ? reading?.value : undefined
}

/** Undefined: there is none, and it is waited for. RFC 5875 §4.7 */
function contentOf(
  { selector, node }: WatchedNode,
  document: SourceDocument,
): XcapChange | undefined {
  const selected = selectNode(document, node)
  if (!selected || selected.kind === 'namespaces') return undefined
  if (selected.kind === 'attribute') {
    return { kind: 'attribute', selector, value: selected.attribute.value }
  }
  const { element, parent } = selected.path
  const namespaces = namespacesOf([{ element }], parent)
  return {
    kind: 'element',
    selector,
    exists: true,
    namespaces,
    content: nodeContent(document, selected),
  }
}

function goneNode({ selector, node }: WatchedNode): XcapChange {
  if (node.target.kind === 'attribute') return { kind: 'attribute', selector }
  return { kind: 'element', selector, exists: false, namespaces: new Map() }
}
