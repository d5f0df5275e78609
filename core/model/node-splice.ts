/** A document with one element changed: every other byte stays, and its tree is not read again. RFC 4825 §8.2.3, §8.2.4, §8.4. */
import type { Reading } from '../documents/reading.ts'
import type { SourceDocument, SourceElement } from '../documents/source-document.ts'
import { bindingsAt, type SourcePath } from '../documents/source-path.ts'
import { moved, resized, splicedChildren, type SourceChildren } from '../documents/source-places.ts'
import { readFragment } from '../documents/source-reader.ts'
import { writtenName } from '../documents/start-tag.ts'
import { UNLIMITED_XML, type XmlLimits } from '../documents/xml-tree-builder.ts'
import type { InsertionPlace } from './node-insertion.ts'

export interface Spliced {
  readonly document: SourceDocument
  /** The element that is new or changed, as it stands in `document`. */
  readonly element: SourceElement
}

/** What replaces a part of a text. */
export interface Splice {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** `fragment` in place of the element. */
export function replaceElement(
  document: SourceDocument,
  path: SourcePath,
  fragment: SourceDocument,
): Spliced {
  const { start, end } = path.element
  const element = moved(fragment.root, start)
  const splice = { from: start, to: end, text: fragment.text }
  return { document: spliced(document, path, element, splice), element }
}

/** `fragment` as a child of the element. */
export function insertElement(
  document: SourceDocument,
  path: SourcePath,
  { index, offset }: InsertionPlace,
  fragment: SourceDocument,
): Spliced {
  const parent = path.element
  if (parent.contentEnd === parent.end) return openElement(document, path, fragment)
  const { text } = fragment
  const element = moved(fragment.root, offset)
  const inserted = [element]
  const children = isLayout(parent.children)
    ? inserted
    : splicedChildren(parent.children, { from: index, left: 0, inserted }, text.length)
  const changed = resized(parent, children, text.length)
  const splice = { from: offset, to: offset, text }
  return { document: spliced(document, path, changed, splice), element }
}

/** `fragment` as the only child of an element that is written as an empty-element tag. */
function openElement(
  document: SourceDocument,
  path: SourcePath,
  { root, text }: SourceDocument,
): Spliced {
  const parent = path.element
  const endTag = `</${writtenName(parent)}>`
  const contentStart = parent.end - 1
  const contentEnd = contentStart + text.length
  const element = moved(root, contentStart)
  const end = contentEnd + endTag.length
  const opened = { ...parent, children: [element], contentStart, contentEnd, end }
  const splice = { from: parent.end - 2, to: parent.end, text: `>${text}${endTag}` }
  return { document: spliced(document, path, opened, splice), element }
}

/** Undefined: what stands around it is not well-formed without it. */
export function removeElement(
  document: SourceDocument,
  { element, parent }: SourcePath & { readonly parent: SourcePath },
): SourceDocument | undefined {
  const without = withoutChild(document, parent, element)
  const splice = { from: element.start, to: element.end, text: '' }
  return without && spliced(document, parent, without, splice)
}

function withoutChild(
  { text }: SourceDocument,
  { element: parent, parent: around }: SourcePath,
  child: SourceElement,
): SourceElement | undefined {
  const { children } = parent
  if (children.length > 1 && children.every((sibling) => typeof sibling !== 'string')) {
    const growth = child.start - child.end
    const from = children.indexOf(child)
    return resized(
      parent,
      splicedChildren(children, { from, left: 1, inserted: [] }, growth),
      growth,
    )
  }
  // Texts that meet, or white space alone: what they are together only reading tells.
  const rest = text.slice(parent.start, child.start) + text.slice(child.end, parent.end)
  const reading = readFragment(rest, bindingsAt(around), UNLIMITED_XML)
  return reading.error === undefined ? moved(reading.value.root, parent.start) : undefined
}

/** `splice` lies in the start tag of the element, behind its name. Fails when the tag is not well-formed any more. */
export function changeStartTag(
  document: SourceDocument,
  path: SourcePath,
  splice: Splice,
  limits: XmlLimits,
): Reading<Spliced> {
  const { element, parent } = path
  const { text } = document
  const isEmpty = element.contentEnd === element.end
  const tagEnd = element.contentStart - (isEmpty ? 2 : 1)
  const tag = text.slice(element.start, splice.from) + splice.text + text.slice(splice.to, tagEnd)
  const reading = readFragment(`${tag}/>`, bindingsAt(parent), limits)
  if (reading.error !== undefined) return reading
  const { attributes, declarations } = reading.value.root
  const behind = moved(element, splice.text.length - (splice.to - splice.from))
  const changed = { ...behind, attributes, declarations, start: element.start }
  return { value: { document: spliced(document, path, changed, splice), element: changed } }
}

/** `changed` is the element of the path after the splice: what stands behind and around it follows. */
function spliced(
  { text }: SourceDocument,
  { element, parent }: SourcePath,
  changed: SourceElement,
  { from, to, text: inserted }: Splice,
): SourceDocument {
  const growth = inserted.length - (to - from)
  let root = changed
  let replaced = element
  for (let around = parent; around; around = around.parent) {
    const { children } = around.element
    const place = { from: children.indexOf(replaced), left: 1, inserted: [root] }
    root = resized(around.element, splicedChildren(children, place, growth), growth)
    replaced = around.element
  }
  return { text: text.slice(0, from) + inserted + text.slice(to), root }
}

function isLayout(children: SourceChildren): boolean {
  return children.every((child) => typeof child === 'string' && /^[ \t\r\n]*$/.test(child))
}
