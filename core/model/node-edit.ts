/** What changing a node of a document gives. RFC 4825 §8.2, §8.4, §11. */
import type { SourceDocument, SourceElement } from '../documents/source-document.ts'

/** `absent`: nothing to delete. */
export type NodeEdit =
  | { readonly kind: 'edited'; readonly document: SourceDocument; readonly created: boolean }
  | { readonly kind: 'absent' }
  | NodeEditConflict

export interface NodeEditConflict {
  readonly kind: 'conflict'
  /** `constraint-failure`: the document would outgrow its limits. */
  readonly conflict:
    | 'no-parent'
    | 'not-xml-frag'
    | 'not-xml-att-value'
    | 'cannot-insert'
    | 'cannot-delete'
    | 'constraint-failure'
  /** For the person who made the request. */
  readonly detail: string
  /** Of `no-parent`: how many steps from the first on select an element; 0: the document alone is there. */
  readonly ancestorSteps?: number
}

/** A node that was put, before it is known whether the request URI selects it. */
export interface PlacedNode {
  readonly kind: 'placed'
  readonly document: SourceDocument
  /** The new element, or the one whose attribute was put, as it stands in `document`. */
  readonly element: SourceElement
  readonly created: boolean
}

export function editConflict(
  conflict: NodeEditConflict['conflict'],
  detail: string,
): NodeEditConflict {
  return { kind: 'conflict', conflict, detail }
}
