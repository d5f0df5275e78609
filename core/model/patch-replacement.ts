/** Replaces one node by another of its kind, or a value by another. RFC 5261 §4.4. */
import type { SourceDocument } from '../documents/source-document.ts'
import { nodesOf } from '../documents/source-nodes.ts'
import { bindingsAt } from '../documents/source-path.ts'
import { declarationOf, writtenAttribute } from '../documents/start-tag.ts'
import type { PatchFault, ReplaceOperation } from '../documents/xml-patch.ts'
import { escapeAttribute } from '../documents/xml-writer.ts'
import type { Splice } from './node-splice.ts'
import { contentValue, mangledContent, readContent } from './patch-content.ts'
import type { LocatedNode } from './patch-target.ts'

export function replacementSplices(
  { text }: SourceDocument,
  { content, namespaces }: ReplaceOperation,
  node: LocatedNode,
): readonly Splice[] | PatchFault {
  const reading = readContent(content, namespaces)
  if (typeof reading === 'string') return reading
  if (node.kind === 'attribute' || node.kind === 'namespace') {
    return replaceValue(text, node, contentValue(reading))
  }
  const parent = node.kind === 'element' ? node.path.parent : node.parent
  if (!fits(reading, node.kind)) return 'invalid-node-types'
  const prefix = parent?.element.prefix ?? ''
  const written = mangledContent(reading, { bindings: bindingsAt(parent), prefix })
  if (typeof written !== 'string') return written.fault
  const { start, end } = node.kind === 'element' ? node.path.element : node
  return [{ from: start, to: end, text: written }]
}

/** A text may become nothing; everything else becomes one node of its kind. */
function fits(
  { text, root }: SourceDocument,
  kind: 'element' | 'text' | 'comment' | 'instruction',
) {
  const nodes = nodesOf(text, root)
  if (nodes.length === 0) return kind === 'text'
  return nodes.length === 1 && nodes[0]?.kind === kind
}

function replaceValue(
  text: string,
  node: Extract<LocatedNode, { kind: 'attribute' | 'namespace' }>,
  value: string | undefined,
): readonly Splice[] | PatchFault {
  if (value === undefined) return 'invalid-node-types'
  if (node.kind === 'namespace' && value === '') return 'invalid-namespace-uri'
  const { element } = node.path
  const { valueStart, valueEnd } =
    node.kind === 'attribute'
      ? writtenAttribute(text, element, node.attribute)
      : declarationOf(text, element, node.prefix)
  const escaped = escapeAttribute(value).replaceAll("'", '&apos;')
  return [{ from: valueStart, to: valueEnd, text: escaped }]
}
