/** The one node that a patch operation's selector locates in a document. RFC 5261 §4.1. */
import { isBlank, nodesBetween, nodesOf, type SourceNode } from '../documents/source-nodes.ts'
import type { SourceDocument, SourceElement } from '../documents/source-document.ts'
import { pathTo, type SourcePath } from '../documents/source-path.ts'
import type { XmlAttribute } from '../documents/xml-element.ts'
import type { PatchFault } from '../documents/xml-patch.ts'
import { attributeNamed, isNamed } from './node-selection.ts'
import type { OtherTarget, PatchPredicate, PatchSelector, PatchStep } from './patch-selector.ts'

export type LocatedNode =
  | { readonly kind: 'element'; readonly path: SourcePath }
  | { readonly kind: 'attribute'; readonly path: SourcePath; readonly attribute: XmlAttribute }
  | { readonly kind: 'namespace'; readonly path: SourcePath; readonly prefix: string }
  | {
      readonly kind: 'text' | 'comment' | 'instruction'
      /** Undefined: it stands beside the root element. */
      readonly parent: SourcePath | undefined
      readonly start: number
      readonly end: number
    }

export function locateNode(
  document: SourceDocument,
  { steps, target }: PatchSelector,
): LocatedNode | PatchFault {
  const [path, ...others] = followPatchSteps(document, steps)
  // None, or more than one. §5.1
  if (others.length > 0 || (!path && steps.length > 0)) return 'unlocated-node'
  if (target.kind === 'element') return path ? { kind: 'element', path } : 'unlocated-node'
  if (target.kind === 'attribute') {
    const attribute = path && attributeNamed(path.element, target.name)
    return attribute ? { kind: 'attribute', path, attribute } : 'unlocated-node'
  }
  if (target.kind === 'namespace') {
    // It must be declared right there. §4.4.3, §4.5.3
    if (!path?.element.declarations.has(target.prefix)) return 'invalid-namespace-uri'
    return { kind: 'namespace', path, prefix: target.prefix }
  }
  return locateOther(document, path, target)
}

/** What stands side by side with it. */
function siblingsOf({ text, root }: SourceDocument, parent: SourcePath | undefined): SourceNode[] {
  if (parent) return nodesOf(text, parent.element)
  const before = nodesBetween(text, 0, root.start).filter(
    // Of the prolog only comments and processing instructions are nodes. XPath 1.0 §5.1
    ({ start, end, kind }) => kind !== 'text' && !/^<\?xml[ \t\r\n]/.test(text.slice(start, end)),
  )
  const behind = nodesBetween(text, root.end, text.length).filter(({ kind }) => kind !== 'text')
  const { start, end } = root
  return [...before, { kind: 'element', element: root, start, end }, ...behind]
}

function locateOther(
  document: SourceDocument,
  parent: SourcePath | undefined,
  target: OtherTarget,
): LocatedNode | PatchFault {
  const { kind, position, name } = target
  const candidates = siblingsOf(document, parent).filter(
    (node) =>
      node.kind === kind &&
      (name === undefined || instructionName(document.text.slice(node.start, node.end)) === name),
  )
  const found = position === undefined ? candidates : candidates.slice(position - 1, position)
  const [only] = found
  if (!only || found.length > 1) return 'unlocated-node'
  return { kind, parent, start: only.start, end: only.end }
}

function instructionName(text: string): string | undefined {
  return /^<\?([^ \t\r\n?]+)/.exec(text)?.[1]
}

function followPatchSteps({ root }: SourceDocument, steps: readonly PatchStep[]): SourcePath[] {
  let paths: SourcePath[] = []
  for (const [at, step] of steps.entries()) {
    const around = at === 0 ? [undefined] : paths
    paths = around.flatMap((parent) => {
      const children = parent ? parent.element.children : [root]
      return selectChildren(children, step).map((element) => pathTo(element, parent))
    })
  }
  return paths
}

function selectChildren(
  children: SourceElement['children'],
  { name, predicates }: PatchStep,
): SourceElement[] {
  let selected = children.filter(
    (child): child is SourceElement => typeof child !== 'string' && (!name || isNamed(child, name)),
  )
  for (const predicate of predicates) {
    selected = selected.filter((element, index) => fulfils(element, index + 1, predicate))
  }
  return selected
}

function fulfils(element: SourceElement, position: number, predicate: PatchPredicate): boolean {
  switch (predicate.kind) {
    case 'position':
      return position === predicate.position
    case 'attribute':
      return attributeNamed(element, predicate.name)?.value === predicate.value
    case 'self':
      return stringValue(element) === predicate.value
    case 'child':
      return element.children.some(
        (child) =>
          typeof child !== 'string' &&
          isNamed(child, predicate.name) &&
          stringValue(child) === predicate.value,
      )
  }
}

/** XPath 1.0 §5.2; white space that only sets elements apart is left out. */
function stringValue({ children }: SourceElement): string {
  return children.map((child) => (typeof child === 'string' ? child : stringValue(child))).join('')
}

/** The white space right before or behind a node; undefined: something else stands there. */
export function spaceBeside(
  document: SourceDocument,
  parent: SourcePath | undefined,
  { start, end }: { readonly start: number; readonly end: number },
  side: 'before' | 'after',
): SourceNode | undefined {
  const beside = siblingsOf(document, parent).find((node) =>
    side === 'before' ? node.end === start : node.start === end,
  )
  const isSpace = beside?.kind === 'text' && isBlank(document.text.slice(beside.start, beside.end))
  return isSpace ? beside : undefined
}
