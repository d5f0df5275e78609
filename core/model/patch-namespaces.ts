/** The namespaces that patched content refers to from where it stands. RFC 5261 §4.2. */
import type { SourceElement } from '../documents/source-document.ts'
import { bindingsAt, type Bindings, type SourcePath } from '../documents/source-path.ts'
import type { ChildNode } from './child-content.ts'

/**
 * Prefix → namespace, of the prefixes that the nodes use and do not declare. Without a default namespace the empty prefix
 * stands for none.
 * @param around The element in which the nodes stand; undefined: they are the root.
 */
export function namespacesOf(
  nodes: readonly Pick<ChildNode, 'element'>[],
  around: SourcePath | undefined,
): Bindings {
  const free = new Set<string>()
  for (const { element } of nodes) if (element) collectFree(element, [], free)
  return bound(free, around)
}

/** @param name With its prefix. */
export function namespacesOfAttribute(name: string, element: SourcePath): Bindings {
  const colon = name.indexOf(':')
  return bound(colon < 0 ? [] : [name.slice(0, colon)], element)
}

function bound(prefixes: Iterable<string>, around: SourcePath | undefined): Bindings {
  const bindings = bindingsAt(around)
  const found = new Map<string, string>()
  for (const prefix of prefixes) {
    if (prefix !== 'xml') found.set(prefix, bindings.get(prefix) ?? '')
  }
  return found
}

function collectFree(element: SourceElement, outer: readonly Bindings[], free: Set<string>): void {
  const declared = element.declarations.size === 0 ? outer : [...outer, element.declarations]
  const note = (prefix: string) => {
    if (!declared.some((one) => one.has(prefix))) free.add(prefix)
  }
  note(element.prefix)
  // The default namespace does not reach attributes. Namespaces in XML §6.2
  for (const { prefix } of element.attributes) if (prefix !== '') note(prefix)
  for (const child of element.children) {
    if (typeof child !== 'string') collectFree(child, declared, free)
  }
}
