/** An element with those that it stands in, and the namespace bindings in scope there. Namespaces in XML 1.0 §6. */
import type { SourceElement } from './source-document.ts'

export interface SourcePath {
  readonly element: SourceElement
  /** Undefined: the element is the root. */
  readonly parent: SourcePath | undefined
  /** Of the root element: 1. */
  readonly depth: number
}

/** Prefix → namespace; the empty prefix is the default namespace. Without `xml`, which is bound everywhere. */
export type Bindings = ReadonlyMap<string, string>

export function pathTo(element: SourceElement, parent: SourcePath | undefined): SourcePath {
  return { element, parent, depth: depthOf(parent) + 1 }
}

/** How many elements the path has. */
export function depthOf(path: SourcePath | undefined): number {
  return path?.depth ?? 0
}

/** @param path Undefined: around the root element. */
export function bindingsAt(path: SourcePath | undefined): Bindings {
  return path ? collect(path) : new Map()
}

function collect({ parent, element }: SourcePath): Map<string, string> {
  const bindings = parent ? collect(parent) : new Map<string, string>()
  for (const [prefix, namespace] of element.declarations) {
    // An empty name undoes the default namespace. Namespaces in XML 1.0 §6.2
    if (namespace === '') bindings.delete(prefix)
    else if (prefix !== 'xml') bindings.set(prefix, namespace)
  }
  return bindings
}
