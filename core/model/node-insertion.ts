/** Where a new element goes among the children of its parent. RFC 4825 §8.2.3. */
import type { SourceElement } from '../documents/source-document.ts'
import { isNamed } from './node-selection.ts'
import type { ElementStep } from './node-selector.ts'

export interface InsertionPlace {
  /** How many children of the parent, text among them, stand before it. */
  readonly index: number
  /** In the text of the document. */
  readonly offset: number
}

/** Undefined: too few siblings for the position. The schema plays no part. */
export function insertionPlace(
  parent: SourceElement,
  { name, position }: ElementStep,
): InsertionPlace | undefined {
  const { children } = parent
  const siblings = children.filter(
    (child): child is SourceElement => typeof child !== 'string' && (!name || isNamed(child, name)),
  )
  const [first] = siblings
  // "Earliest nth": right behind the sibling before it, or before the first one.
  if (position !== undefined && position !== 1) return behind(siblings[position - 2], children)
  if (position === 1 && first) return { index: children.indexOf(first), offset: first.start }
  // Last of all. With a wildcard that is so also where siblings have the new element's name: the third case says it.
  if (!name || !first) return { index: children.length, offset: parent.contentEnd }
  // "Earliest last": right behind the last sibling of the name.
  return behind(siblings.at(-1), children)
}

function behind(
  sibling: SourceElement | undefined,
  children: SourceElement['children'],
): InsertionPlace | undefined {
  return sibling && { index: children.indexOf(sibling) + 1, offset: sibling.end }
}
