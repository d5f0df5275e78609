/** Elements that stand elsewhere after a change of the text in front of them or inside of them. */
import type { SourceElement } from './source-document.ts'

export type SourceChildren = SourceElement['children']

/** The element with everything in it, `by` UTF-16 units further behind. */
export function moved(element: SourceElement, by: number): SourceElement {
  if (by === 0) return element
  // Written out: this is done for everything behind a change.
  return {
    namespace: element.namespace,
    name: element.name,
    prefix: element.prefix,
    attributes: element.attributes,
    children: movedChildren(element.children, by),
    declarations: element.declarations,
    start: element.start + by,
    contentStart: element.contentStart + by,
    contentEnd: element.contentEnd + by,
    end: element.end + by,
  }
}

/** The element with other children, its content `growth` UTF-16 units longer. */
export function resized(
  element: SourceElement,
  children: SourceChildren,
  growth: number,
): SourceElement {
  const { contentEnd, end } = element
  return { ...element, children, contentEnd: contentEnd + growth, end: end + growth }
}

/**
 * Children with some of them left out and others in their place.
 * @param from The first that is left out, or before which the others stand.
 * @param growth How far those behind move.
 */
export function splicedChildren(
  children: SourceChildren,
  { from, left, inserted }: { from: number; left: number; inserted: readonly SourceElement[] },
  growth: number,
): SourceChildren {
  const behind = movedChildren(children.slice(from + left), growth)
  return [...children.slice(0, from), ...inserted, ...behind]
}

function movedChildren(children: SourceChildren, by: number): SourceChildren {
  if (by === 0 || children.every(isText)) return children
  return children.map((child) => (typeof child === 'string' ? child : moved(child, by)))
}

function isText(child: SourceElement | string): boolean {
  return typeof child === 'string'
}
