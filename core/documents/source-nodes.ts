/** Every node inside an element, with its place: elements, texts, comments, processing instructions. XPath 1.0 §5. */
import type { SourceElement } from './source-document.ts'

export type SourceNode =
  | {
      readonly kind: 'element'
      readonly element: SourceElement
      readonly start: number
      readonly end: number
    }
  | {
      readonly kind: 'text' | 'comment' | 'instruction'
      readonly start: number
      readonly end: number
    }

// Between two elements of a well-formed document nothing else can stand.
const NODE = /<!--[^]*?-->|<\?[^]*?\?>|(?:<!\[CDATA\[[^]*?\]\]>|[^<]+)+/gy

/** In document order; white space counts, and no two texts stand side by side. */
export function nodesOf(text: string, element: SourceElement): SourceNode[] {
  const nodes: SourceNode[] = []
  let at = element.contentStart
  for (const child of element.children) {
    if (typeof child === 'string') continue
    addNodes(nodes, text, at, child.start)
    nodes.push({ kind: 'element', element: child, start: child.start, end: child.end })
    at = child.end
  }
  addNodes(nodes, text, at, element.contentEnd)
  return nodes
}

/** Those between two places of the text where no element stands. */
export function nodesBetween(text: string, start: number, end: number): SourceNode[] {
  const nodes: SourceNode[] = []
  addNodes(nodes, text, start, end)
  return nodes
}

function addNodes(nodes: SourceNode[], text: string, start: number, end: number): void {
  for (let at = start; at < end;) {
    NODE.lastIndex = at
    const length = NODE.exec(text)?.[0].length ?? end - at
    nodes.push({ kind: kindAt(text, at), start: at, end: at + length })
    at += length
  }
}

function kindAt(text: string, at: number): 'text' | 'comment' | 'instruction' {
  if (text.startsWith('<!--', at)) return 'comment'
  return text.startsWith('<?', at) ? 'instruction' : 'text'
}

/** Whether a text is only white space. XML 1.0 §2.3 */
export function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text)
}
