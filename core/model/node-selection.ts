/** What a node selector selects in a document, and how that is given to a client. RFC 4825 §6.3, §8.3, §10. */
import type { SourceDocument, SourceElement } from '../documents/source-document.ts'
import { bindingsAt, pathTo, type SourcePath } from '../documents/source-path.ts'
import { writtenAttribute, writtenName } from '../documents/start-tag.ts'
import type { XmlAttribute } from '../documents/xml-element.ts'
import { namespaceDeclaration } from '../documents/xml-writer.ts'
import type { ElementStep, ExpandedName, NodeSelector } from './node-selector.ts'

export type SelectedNode =
  | { readonly kind: 'element'; readonly path: SourcePath }
  | { readonly kind: 'attribute'; readonly path: SourcePath; readonly attribute: XmlAttribute }
  | { readonly kind: 'namespaces'; readonly path: SourcePath }

/** Undefined: no node, or more than one at some step. RFC 4825 §6.3. */
export function selectNode(
  document: SourceDocument,
  { steps, target }: NodeSelector,
): SelectedNode | undefined {
  const path = followSteps(document, steps)
  if (!path || path.depth < steps.length) return undefined
  if (target.kind !== 'attribute') return { kind: target.kind, path }
  const attribute = attributeNamed(path.element, target)
  return attribute && { kind: 'attribute', path, attribute }
}

/** As far as the steps lead; undefined: not even the first one selects an element. */
export function followSteps(
  { root }: SourceDocument,
  steps: readonly ElementStep[],
): SourcePath | undefined {
  let path: SourcePath | undefined
  let children: SourceElement['children'] = [root]
  for (const step of steps) {
    const element = selectChild(children, step)
    if (!element) break
    path = pathTo(element, path)
    children = element.children
  }
  return path
}

/** Undefined: none, or more than one. */
export function selectChild(
  children: SourceElement['children'],
  { name, position, attribute }: ElementStep,
): SourceElement | undefined {
  let selected: SourceElement | undefined
  let counted = 0
  let namespace = name?.namespace
  for (const child of children) {
    if (typeof child === 'string') continue
    if (name) {
      if (child.name !== name.name || child.namespace !== namespace) continue
      // The document's own string: compared with it the next one is the same object, not only the same text.
      namespace = child.namespace
    }
    // The position counts among those of the name, before the attribute is looked at. RFC 4825 §6.3
    if (position !== undefined && ++counted !== position) continue
    if (attribute && !hasAttribute(child, attribute)) continue
    if (selected) return undefined
    selected = child
  }
  return selected
}

function hasAttribute(
  { attributes }: SourceElement,
  wanted: ExpandedName & { readonly value: string },
): boolean {
  for (const attribute of attributes) {
    // The value tells most apart.
    if (attribute.value === wanted.value && isNamed(attribute, wanted)) return true
  }
  return false
}

export function attributeNamed(
  { attributes }: SourceElement,
  name: ExpandedName,
): XmlAttribute | undefined {
  for (const attribute of attributes) if (isNamed(attribute, name)) return attribute
  return undefined
}

export function isNamed(node: ExpandedName, { name, namespace }: ExpandedName): boolean {
  return node.name === name && node.namespace === namespace
}

/** The body that a GET of the node is answered with, as the document has it. */
export function nodeContent({ text }: SourceDocument, node: SelectedNode): string {
  const { element } = node.path
  switch (node.kind) {
    case 'element':
      return text.slice(element.start, element.end)
    case 'attribute':
      return attributeContent(text, element, node.attribute)
    case 'namespaces':
      return namespacesContent(node.path)
  }
}

// DEVIATION: without the quotes of AttValue (RFC 4825 §7.9), as the clients of OpenXCAP expect it.
function attributeContent(text: string, element: SourceElement, attribute: XmlAttribute): string {
  const written = writtenAttribute(text, element, attribute)
  return text.slice(written.valueStart, written.valueEnd)
}

/** An element of the same name with all bindings in scope. RFC 4825 §10. */
function namespacesContent(path: SourcePath): string {
  let declarations = ''
  for (const [prefix, namespace] of bindingsAt(path)) {
    declarations += namespaceDeclaration(prefix, namespace)
  }
  return `<${writtenName(path.element)}${declarations}/>`
}
