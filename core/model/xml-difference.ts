/** What makes one XML document of another: patch operations, last place first, so that every selector counts as before. RFC 5261. */
import type { SourceDocument, SourceElement } from '../documents/source-document.ts'
import { bindingsAt, pathTo, type Bindings, type SourcePath } from '../documents/source-path.ts'
import { readSource } from '../documents/source-reader.ts'
import { writtenName } from '../documents/start-tag.ts'
import { escapeText } from '../documents/xml-writer.ts'
import type { PatchOperation } from '../documents/xml-patch.ts'
import { childContent, type ChildContent, type ChildNode } from './child-content.ts'
import { gapOperations } from './child-gap.ts'
import { alignChildren } from './child-alignment.ts'
import { namespacesOf, namespacesOfAttribute } from './patch-namespaces.ts'

/**
 * Applied in order, the operations make `after` of `before`, as canonical XML with comments tells documents apart.
 * None: the two say the same. Undefined: no patch can say it, or the patch would be no shorter than `after`.
 */
export function xmlDifference(
  before: string,
  after: string,
): readonly PatchOperation[] | undefined {
  const [old, now] = [readSource(unixLines(before)), readSource(unixLines(after))]
  if (old.error !== undefined || now.error !== undefined) return undefined
  // The prolog and the root element itself cannot be patched. RFC 5261 §3
  if (surroundings(old.value) !== surroundings(now.value)) return undefined
  const documents = { before: old.value, after: now.value }
  if (writtenName(old.value.root) !== writtenName(now.value.root)) return undefined
  const [was, is] = [pathTo(old.value.root, undefined), pathTo(now.value.root, undefined)]
  const operations = elementOperations(documents, { old: was, now: is, selector: '*' })
  return operations && costOf(operations) < after.length ? operations : undefined
}

interface Documents {
  readonly before: SourceDocument
  readonly after: SourceDocument
}

/** An element and what it becomes. */
interface ElementPair {
  readonly old: SourcePath
  readonly now: SourcePath
  readonly selector: string
}

/** XML 1.0 §2.11: what the text is read as. */
function unixLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

/** Around the root element; the XML declaration and white space say nothing. */
function surroundings({ text, root }: SourceDocument): string {
  const before = text.slice(0, root.start).replace(/^\ufeff?(?:<\?xml[ \t\r\n][^]*?\?>)?/, '')
  return `${before.trim()}<>${text.slice(root.end).trim()}`
}

/** Undefined: only replacing the whole element can say it. */
function elementOperations(
  documents: Documents,
  pair: ElementPair,
): readonly PatchOperation[] | undefined {
  const { before, after } = documents
  const { old, now } = pair
  if (textOf(before, old.element) === textOf(after, now.element)) return []
  const declarations = declarationOperations(pair)
  const children = declarations && childOperations(documents, pair)
  if (!declarations || !children) return undefined
  // Content may use the prefix of a declaration that comes, and may not that of one that goes.
  return [...declarations.added, ...children, ...attributeOperations(pair), ...declarations.removed]
}

function textOf({ text }: SourceDocument, { start, end }: SourceElement): string {
  return text.slice(start, end)
}

const NO_NAMESPACES: Bindings = new Map()

/** Undefined: a prefix means something else now, which no patch of a declaration can say. RFC 5261 §4.2.3 */
function declarationOperations({ old, now, selector }: ElementPair) {
  const added: PatchOperation[] = []
  const removed: PatchOperation[] = []
  const around = [bindingsAt(old.parent), bindingsAt(now.parent)]
  const [before, after] = [old.element.declarations, now.element.declarations]
  for (const prefix of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(prefix), after.get(prefix)]
    if (was === is) continue
    const isBound = around.some((bindings) => bindings.has(prefix))
    if (prefix === '' || isBound || (was !== undefined && is !== undefined)) {
      return undefined
    }
    const namespaces = NO_NAMESPACES
    const axis = `namespace::${prefix}`
    if (is === undefined) {
      removed.push({ operation: 'remove', selector: `${selector}/${axis}`, namespaces })
    } else {
      const content = escapeText(is)
      added.push({ operation: 'add', selector, type: axis, content, namespaces })
    }
  }
  return { added, removed }
}

function attributeOperations({ old, now, selector }: ElementPair): PatchOperation[] {
  const operations: PatchOperation[] = []
  const values = new Map(now.element.attributes.map((one) => [writtenName(one), one.value]))
  const known = new Map(old.element.attributes.map((one) => [writtenName(one), one.value]))
  for (const [name, was] of known) {
    const is = values.get(name)
    if (is === was) continue
    const target = {
      selector: `${selector}/@${name}`,
      namespaces: namespacesOfAttribute(name, now),
    }
    operations.push(
      is === undefined
        ? { operation: 'remove', ...target }
        : { operation: 'replace', ...target, content: escapeText(is) },
    )
  }
  for (const [name, value] of values) {
    if (known.has(name)) continue
    const namespaces = namespacesOfAttribute(name, now)
    const content = escapeText(value)
    operations.push({ operation: 'add', selector, type: `@${name}`, content, namespaces })
  }
  return operations
}

function childOperations(
  documents: Documents,
  parent: ElementPair,
): readonly PatchOperation[] | undefined {
  const { old, now, selector } = parent
  const content = {
    old: childContent(documents.before.text, old.element),
    now: childContent(documents.after.text, now.element),
  }
  const pairs = alignChildren(content.old.nodes, content.now.nodes)
  const operations: PatchOperation[] = []
  let right = { old: content.old.nodes.length, now: content.now.nodes.length }
  for (let at = pairs.length - 1; at >= -1; at--) {
    const left = pairs[at] ?? { old: -1, now: -1 }
    const gap = gapOperations({ ...content, left, right, selector, path: now })
    if (!gap) return undefined
    operations.push(...gap)
    if (at >= 0) operations.push(...nodeOperations(documents, content, left, parent))
    right = left
  }
  return operations
}

/** Of two children that stand for each other. */
function nodeOperations(
  documents: Documents,
  content: { readonly old: ChildContent; readonly now: ChildContent },
  pair: { readonly old: number; readonly now: number },
  parent: ElementPair,
): readonly PatchOperation[] {
  const [old, now] = [content.old.nodes[pair.old], content.now.nodes[pair.now]]
  if (!old || !now || old.text === now.text) return []
  const selector = `${parent.selector}/${old.step}`
  const replacement = replaceNode(selector, now, parent.now)
  if (!old.element || !now.element) return [replacement]
  const paths = { old: pathTo(old.element, parent.old), now: pathTo(now.element, parent.now) }
  const operations = elementOperations(documents, { ...paths, selector })
  if (!operations || costOf(operations) > costOf([replacement])) return [replacement]
  return operations
}

function replaceNode(selector: string, now: ChildNode, around: SourcePath): PatchOperation {
  const namespaces = namespacesOf([now], around)
  return { operation: 'replace', selector, content: now.text, namespaces }
}

/** Of the markup of one operation, in characters. */
const MARKUP = 24

/** About how many characters the operations take as they are written. */
function costOf(operations: readonly PatchOperation[]): number {
  let cost = 0
  for (const one of operations) {
    cost += MARKUP + one.selector.length
    if (one.operation !== 'remove') cost += one.content.length
  }
  return cost
}
