/** The children of an element as nodes with the text between them, which is how a change of them can be said. RFC 5261 §4. */
import type { SourceElement } from '../documents/source-document.ts'
import { nodesOf } from '../documents/source-nodes.ts'
import { writtenName } from '../documents/start-tag.ts'

export interface ChildContent {
  readonly nodes: readonly ChildNode[]
  /** As it is written before the first node, between every two, and behind the last: one more than there are nodes. */
  readonly texts: readonly string[]
}

/** An element, a comment or a processing instruction. */
export interface ChildNode {
  readonly element: SourceElement | undefined
  /** As it is written. */
  readonly text: string
  /** Nodes of two versions that may stand for each other have the same. */
  readonly key: string
  /** Selects it among its siblings. */
  readonly step: string
}

export function childContent(text: string, parent: SourceElement): ChildContent {
  const nodes: ChildNode[] = []
  const texts = ['']
  const counts = { element: 0, comment: 0, instruction: 0 }
  for (const node of nodesOf(text, parent)) {
    const written = text.slice(node.start, node.end)
    if (node.kind === 'text') {
      texts[texts.length - 1] = written
      continue
    }
    const element = node.kind === 'element' ? node.element : undefined
    const key = element ? keyOf(element) : node.kind
    const step = `${STEPS[node.kind]}[${++counts[node.kind]}]`
    nodes.push({ element, text: written, key, step })
    texts.push('')
  }
  return { nodes, texts }
}

const STEPS = { element: '*', comment: 'comment()', instruction: 'processing-instruction()' }

/** By these an element stays the same one when its content changes, in the documents that are stored here. */
const IDENTIFIERS = new Set(['id', 'uri', 'name', 'ref', 'anchor'])

function keyOf(element: SourceElement): string {
  for (const { namespace, name, value } of element.attributes) {
    if (namespace === '' && IDENTIFIERS.has(name)) return `<${writtenName(element)} ${value}`
  }
  return `<${writtenName(element)}`
}
