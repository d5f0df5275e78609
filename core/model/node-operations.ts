/** Creates, replaces and deletes a node of a document. RFC 4825 §7.4–7.8, §8.2, §8.4. */
import type { SourceDocument } from '../documents/source-document.ts'
import { bindingsAt, depthOf, pathTo, type SourcePath } from '../documents/source-path.ts'
import { readFragment } from '../documents/source-reader.ts'
import { DEFAULT_XML_LIMITS, type XmlLimits } from '../documents/xml-tree-builder.ts'
import { deleteAttribute, putAttribute } from './node-attributes.ts'
import { editConflict, type NodeEdit, type NodeEditConflict, type PlacedNode } from './node-edit.ts'
import { insertionPlace } from './node-insertion.ts'
import { outgrowth } from './node-limits.ts'
import { followSteps, selectChild, selectNode, type SelectedNode } from './node-selection.ts'
import type { ElementStep, NodeSelector } from './node-selector.ts'
import { insertElement, removeElement, replaceElement } from './node-splice.ts'

export type { NodeEdit } from './node-edit.ts'

/**
 * @param content An element with its start and end tag, or an attribute's value with or without quotes.
 * @param limits Of the document that comes out.
 */
export function putNode(
  document: SourceDocument,
  selector: NodeSelector,
  content: string,
  limits: XmlLimits = DEFAULT_XML_LIMITS,
): NodeEdit {
  const placed = placeNode(document, selector, content, limits)
  if (placed.kind === 'conflict') return placed
  const outgrown = outgrowth(placed.document, limits)
  if (outgrown !== undefined) return editConflict('constraint-failure', outgrown)
  // GET(PUT(x)) = x: the request URI selects what was put. RFC 4825 §8.2.3, §8.2.4
  if (selectNode(placed.document, selector)?.path.element !== placed.element) {
    const detail = 'what was sent is not what the request URI would select afterwards'
    return editConflict('cannot-insert', detail)
  }
  return { kind: 'edited', document: placed.document, created: placed.created }
}

export function deleteNode(document: SourceDocument, selector: NodeSelector): NodeEdit {
  const selected = selectNode(document, selector)
  if (!selected) return { kind: 'absent' }
  const rest = withoutNode(document, selected)
  if ('kind' in rest) return rest
  // RFC 4825 §8.4
  if (selectNode(rest, selector)) {
    return editConflict('cannot-delete', 'the request URI would select another node afterwards')
  }
  return { kind: 'edited', document: rest, created: false }
}

function placeNode(
  document: SourceDocument,
  { steps, target }: NodeSelector,
  content: string,
  limits: XmlLimits,
): PlacedNode | NodeEditConflict {
  const step = target.kind === 'element' ? steps.at(-1) : undefined
  const parentSteps = step ? steps.slice(0, -1) : steps
  const parent = followSteps(document, parentSteps)
  if (depthOf(parent) < parentSteps.length) return noParent(depthOf(parent))
  if (step) return putElement({ document, parent, step }, content, limits)
  if (parent && target.kind === 'attribute') {
    return putAttribute({ document, path: parent, name: target }, content, limits)
  }
  return editConflict('cannot-insert', 'namespace bindings cannot be set by themselves')
}

function noParent(ancestorSteps: number): NodeEditConflict {
  const detail = `step ${ancestorSteps + 1} of the node selector does not select exactly one element`
  return { ...editConflict('no-parent', detail), ancestorSteps }
}

interface ElementTarget {
  readonly document: SourceDocument
  /** Undefined: the root element is meant. */
  readonly parent: SourcePath | undefined
  readonly step: ElementStep
}

function putElement(
  { document, parent, step }: ElementTarget,
  content: string,
  limits: XmlLimits,
): PlacedNode | NodeEditConflict {
  const depthLeft = { ...limits, maxDepth: limits.maxDepth - depthOf(parent) }
  const reading = readFragment(content, bindingsAt(parent), depthLeft)
  if (reading.error !== undefined) {
    const tooLarge = reading.error === 'too-large'
    return editConflict(tooLarge ? 'constraint-failure' : 'not-xml-frag', reading.detail)
  }
  const existing = selectChild(parent ? parent.element.children : [document.root], step)
  if (existing) {
    const replaced = replaceElement(document, pathTo(existing, parent), reading.value)
    return { kind: 'placed', created: false, ...replaced }
  }
  if (!parent) return editConflict('cannot-insert', 'the document has a root element already')
  const place = insertionPlace(parent.element, step)
  if (!place) return editConflict('cannot-insert', 'too few siblings stand before the position')
  return { kind: 'placed', created: true, ...insertElement(document, parent, place, reading.value) }
}

function withoutNode(
  document: SourceDocument,
  selected: SelectedNode,
): SourceDocument | NodeEditConflict {
  const { path } = selected
  if (selected.kind === 'attribute') return deleteAttribute(document, path, selected.attribute)
  if (selected.kind === 'namespaces') {
    return editConflict('cannot-delete', 'namespace bindings cannot be deleted by themselves')
  }
  const { element, parent } = path
  if (!parent) return editConflict('cannot-delete', 'a document without its root element is none')
  const rest = removeElement(document, { ...path, parent })
  const joined = `the text around <${element.name}> would not be well-formed without it`
  return rest ?? editConflict('cannot-delete', joined)
}
