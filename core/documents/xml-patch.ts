/** XML patch operations: add, replace and remove as elements of a diff format. RFC 5261 §4, §8. */
import type { SourceDocument, SourceElement } from './source-document.ts'
import { bindingsAt, pathTo, type Bindings, type SourcePath } from './source-path.ts'
import { attributeOf } from './xml-element.ts'
import { escapeAttribute, namespaceDeclaration } from './xml-writer.ts'

export type PatchOperation = AddOperation | ReplaceOperation | RemoveOperation

interface PatchDirective {
  /** Selects the one node that is meant: a subset of XPath 1.0. */
  readonly selector: string
  /** What the prefixes in the selector, in the type and in the content mean. §4.2 */
  readonly namespaces: Bindings
}

export interface AddOperation extends PatchDirective {
  readonly operation: 'add'
  /** Nodes, or the text of a value, as they are written in XML. */
  readonly content: string
  /** `@name` or `namespace::prefix`: a value is added, and no nodes. */
  readonly type?: string
  /** Absent: behind the last child. */
  readonly position?: string
}

export interface ReplaceOperation extends PatchDirective {
  readonly operation: 'replace'
  /** One node, or the text of a value, as it is written in XML. */
  readonly content: string
}

export interface RemoveOperation extends PatchDirective {
  readonly operation: 'remove'
  /** Which white space beside the node goes with it: `before`, `after` or `both`. */
  readonly whiteSpace?: string
}

/** Conditions that RFC 5261 §5.1 names and that applying an operation can meet. */
export type PatchFault =
  | 'invalid-attribute-value'
  | 'invalid-diff-format'
  | 'invalid-namespace-prefix'
  | 'invalid-namespace-uri'
  | 'invalid-node-types'
  | 'invalid-patch-directive'
  | 'invalid-root-element-operation'
  | 'invalid-xml-prolog-operation'
  | 'invalid-whitespace-directive'
  | 'unlocated-node'
  | 'unsupported-id-function'

/** The operations among the children of the element, which stand in the namespace of their format. */
export function parsePatch(
  document: SourceDocument,
  around: SourcePath,
): readonly PatchOperation[] | 'invalid-diff-format' {
  const operations: PatchOperation[] = []
  for (const child of around.element.children) {
    // Extensions of other namespaces may stand beside them.
    if (typeof child === 'string' || child.namespace !== around.element.namespace) continue
    const operation = parseOperation(document, pathTo(child, around))
    if (!operation) return 'invalid-diff-format'
    operations.push(operation)
  }
  return operations
}

/**
 * An operation as an element of a diff format.
 * @param prefix Of the format's own namespace.
 * @param around The bindings in scope; the operation declares what it needs beside them.
 */
export function writeOperation(
  operation: PatchOperation,
  prefix: string,
  around: Bindings,
): string {
  const { selector, namespaces } = operation
  const name = prefix === '' ? operation.operation : `${prefix}:${operation.operation}`
  let tag = `<${name} sel="${escapeAttribute(selector)}"`
  for (const [attribute, value] of directives(operation)) {
    if (value !== undefined) tag += ` ${attribute}="${escapeAttribute(value)}"`
  }
  for (const [bound, namespace] of namespaces) {
    if ((around.get(bound) ?? '') !== namespace) tag += namespaceDeclaration(bound, namespace)
  }
  if (operation.operation === 'remove') return `${tag}/>`
  return operation.content === '' ? `${tag}/>` : `${tag}>${operation.content}</${name}>`
}

/** What the operations need declared around them; one that means something else by a prefix declares it itself. */
export function sharedNamespaces(operations: readonly PatchOperation[]): Bindings {
  const shared = new Map<string, string>()
  for (const { namespaces } of operations) {
    for (const [prefix, uri] of namespaces) {
      // Around a diff format there is no default namespace that would have to be undone.
      if (uri !== '' && !shared.has(prefix)) shared.set(prefix, uri)
    }
  }
  return shared
}

/** A prefix for the format that its content does not use for something else. */
export function formatPrefix(wanted: string, content: readonly { namespaces: Bindings }[]): string {
  let prefix = wanted
  const isTaken = () => content.some(({ namespaces }) => namespaces.has(prefix))
  for (let n = 1; isTaken(); n++) prefix = `${wanted}${n}`
  return prefix
}

function directives(operation: PatchOperation): [string, string | undefined][] {
  if (operation.operation === 'remove') return [['ws', operation.whiteSpace]]
  if (operation.operation === 'replace') return []
  return [
    ['type', operation.type],
    ['pos', operation.position],
  ]
}

function parseOperation({ text }: SourceDocument, path: SourcePath): PatchOperation | undefined {
  const { element } = path
  const selector = attributeOf(element, 'sel')
  if (selector === undefined) return undefined
  const directive = { selector, namespaces: bindingsAt(path) }
  const content = text.slice(element.contentStart, element.contentEnd)
  if (element.name === 'add') return addition(element, { ...directive, content })
  if (element.name === 'replace') return { operation: 'replace', ...directive, content }
  if (element.name !== 'remove') return undefined
  const whiteSpace = attributeOf(element, 'ws')
  return { operation: 'remove', ...directive, ...(whiteSpace === undefined ? {} : { whiteSpace }) }
}

function addition(
  element: SourceElement,
  directive: PatchDirective & { readonly content: string },
): AddOperation {
  const type = attributeOf(element, 'type')
  const position = attributeOf(element, 'pos')
  return {
    operation: 'add',
    ...directive,
    ...(type === undefined ? {} : { type }),
    ...(position === undefined ? {} : { position }),
  }
}
