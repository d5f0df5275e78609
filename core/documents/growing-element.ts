/** An element whose content is being read. XML 1.0 §3.1. */
import type { XmlElement } from './xml-element.ts'

export interface GrowingElement extends XmlElement {
  children: (GrowingElement | string)[]
}

/** Of an element without content; never written to. */
export const NO_CHILDREN: never[] = []
const BLANK = /^[ \t\r\n]*$/

/** An only child, as most are, gets an array of one place: `push` would make room for seventeen. */
export function addChild<E>(parent: { children: (E | string)[] }, child: E | string): void {
  if (parent.children === NO_CHILDREN) parent.children = [child]
  else parent.children.push(child)
}

/** When all is read: white space that only sets elements apart says nothing. */
export function dropLayout({ children }: { readonly children: unknown[] }): void {
  if (children.length < 2) return
  for (const child of children) {
    if (typeof child === 'string' && !BLANK.test(child)) return
  }
  let kept = 0
  for (const child of children) {
    if (typeof child !== 'string') children[kept++] = child
  }
  children.length = kept
}
