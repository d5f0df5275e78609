/** Whether a changed document still keeps the limits that a whole one is read within. */
import type { SourceDocument } from '../documents/source-document.ts'
import type { XmlElement } from '../documents/xml-element.ts'
import type { XmlLimits } from '../documents/xml-tree-builder.ts'

/** No element takes less text than `<a/>`, and no character more bytes of UTF-8 than three for each unit. */
const SHORTEST_ELEMENT = 4
const MOST_BYTES = 3

/** What is too much, for the person who wrote it; undefined: nothing. Depth and attributes are known from what was read. */
export function outgrowth(
  { text, root }: SourceDocument,
  { maxLength, maxElements }: XmlLimits,
): string | undefined {
  const mayBeLong = text.length * MOST_BYTES > maxLength
  if (mayBeLong && new TextEncoder().encode(text).length > maxLength) {
    return `the document would be longer than ${maxLength} bytes`
  }
  const mayHaveMany = text.length > maxElements * SHORTEST_ELEMENT
  if (mayHaveMany && countElements(root) > maxElements) {
    return `the document would have more than ${maxElements} elements`
  }
  return undefined
}

function countElements({ children }: XmlElement): number {
  let count = 1
  for (const child of children) if (typeof child !== 'string') count += countElements(child)
  return count
}
