/** Removes a node, with the white space beside it when asked. RFC 5261 §4.5. */
import type { SourceDocument } from '../documents/source-document.ts'
import { declarationOf, writtenAttribute } from '../documents/start-tag.ts'
import type { PatchFault, RemoveOperation } from '../documents/xml-patch.ts'
import type { Splice } from './node-splice.ts'
import { spaceBeside, type LocatedNode } from './patch-target.ts'

export function removalSplices(
  document: SourceDocument,
  { whiteSpace }: RemoveOperation,
  node: LocatedNode,
): readonly Splice[] | PatchFault {
  if (node.kind === 'attribute' || node.kind === 'namespace' || node.kind === 'text') {
    // Only what white space sets apart has some beside it.
    if (whiteSpace !== undefined) return 'invalid-whitespace-directive'
    return [removal(placeOf(document.text, node))]
  }
  const parent = node.kind === 'element' ? node.path.parent : node.parent
  if (node.kind === 'element' && !parent) return 'invalid-root-element-operation'
  const sides = whiteSpace === undefined ? [] : SIDES[whiteSpace]
  if (!sides) return 'invalid-attribute-value'
  const place = placeOf(document.text, node)
  const splices = [removal(place)]
  for (const side of sides) {
    const space = spaceBeside(document, parent, place, side)
    if (!space) return 'invalid-whitespace-directive'
    splices.push(removal(space))
  }
  return splices
}

const SIDES: Readonly<Record<string, readonly ('before' | 'after')[]>> = {
  before: ['before'],
  after: ['after'],
  both: ['before', 'after'],
}

interface Place {
  readonly start: number
  readonly end: number
}

function removal({ start, end }: Place): Splice {
  return { from: start, to: end, text: '' }
}

function placeOf(text: string, node: LocatedNode): Place {
  switch (node.kind) {
    case 'element':
      return node.path.element
    case 'attribute': {
      const { start, valueEnd } = writtenAttribute(text, node.path.element, node.attribute)
      return { start, end: valueEnd + 1 }
    }
    case 'namespace': {
      const { start, valueEnd } = declarationOf(text, node.path.element, node.prefix)
      return { start, end: valueEnd + 1 }
    }
    default:
      return node
  }
}
