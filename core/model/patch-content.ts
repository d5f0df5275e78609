/** Content of a patch as it is to stand in the target: prefixes are those of the target for the same namespaces. RFC 5261 §4.2.3. */
import type { SourceDocument, SourceElement } from '../documents/source-document.ts'
import type { Bindings } from '../documents/source-path.ts'
import { readFragment } from '../documents/source-reader.ts'
import { writtenAttribute, writtenName } from '../documents/start-tag.ts'
import { XML_NAMESPACE } from '../documents/xml-element.ts'
import { UNLIMITED_XML } from '../documents/xml-tree-builder.ts'
import type { PatchFault } from '../documents/xml-patch.ts'
import type { Splice } from './node-splice.ts'

/** Where content comes to stand: the namespaces in scope in its parent, and the parent's own prefix. */
export interface PatchScope {
  readonly bindings: Bindings
  readonly prefix: string
}

/** The content inside of an element without a name of its own. */
export function readContent(content: string, namespaces: Bindings): SourceDocument | PatchFault {
  const reading = readFragment(`<content>${content}</content>`, namespaces, UNLIMITED_XML)
  return reading.error === undefined ? reading.value : 'invalid-diff-format'
}

/** Content that is a text alone, as the value that it means; undefined: it is more. */
export function contentValue({ root }: SourceDocument): string | undefined {
  const [text = '', ...others] = root.children
  return others.length > 0 || typeof text !== 'string' ? undefined : text
}

/** The content as it is written in the target. */
export function mangledContent(
  { text, root }: SourceDocument,
  scope: PatchScope,
): string | { readonly fault: PatchFault } {
  const splices: Splice[] = []
  for (const child of root.children) {
    if (typeof child === 'string') continue
    if (!collectSplices({ text, scope, splices }, child, [])) {
      return { fault: 'invalid-namespace-uri' }
    }
  }
  let written = text.slice(0, root.contentEnd)
  for (const { from, to, text: name } of splices.sort((a, b) => b.from - a.from)) {
    written = written.slice(0, from) + name + written.slice(to)
  }
  return written.slice(root.contentStart)
}

/** The prefix that the target has for a namespace; undefined: none. */
export function targetPrefix(
  { prefix, namespace }: { readonly prefix: string; readonly namespace: string },
  { bindings, prefix: parentPrefix }: PatchScope,
  isAttribute: boolean,
): string | undefined {
  if (namespace === XML_NAMESPACE) return 'xml'
  // The default namespace does not reach attributes. §4.3.2
  if (namespace === '') return isAttribute || !bindings.has('') ? '' : undefined
  const candidates = [...bindings]
    .filter(([bound, uri]) => uri === namespace && !(isAttribute && bound === ''))
    .map(([bound]) => bound)
    .sort()
  if (candidates.includes(prefix)) return prefix
  if (candidates.includes(parentPrefix)) return parentPrefix
  // The closest one before it in alphabetical order, or the first.
  return candidates.filter((candidate) => candidate < prefix).at(-1) ?? candidates[0]
}

interface Mangling {
  readonly text: string
  readonly scope: PatchScope
  readonly splices: Splice[]
}

/** False: a namespace is not declared in the target. */
function collectSplices(
  mangling: Mangling,
  element: SourceElement,
  outer: readonly Bindings[],
): boolean {
  const { text, scope, splices } = mangling
  const local = [...outer, element.declarations]
  const isLocal = (prefix: string) => local.some((declared) => declared.has(prefix))
  if (!isLocal(element.prefix)) {
    const prefix = targetPrefix(element, scope, false)
    // A declaration of the content itself would hide the one that is meant.
    if (prefix === undefined || (prefix !== element.prefix && isLocal(prefix))) return false
    splices.push(...renamed(text, element, writtenName({ prefix, name: element.name })))
  }
  for (const attribute of element.attributes) {
    if (attribute.prefix === '' || isLocal(attribute.prefix)) continue
    const prefix = targetPrefix(attribute, scope, true)
    if (prefix === undefined || (prefix !== attribute.prefix && isLocal(prefix))) return false
    const { start } = writtenAttribute(text, element, attribute)
    const from = text.indexOf(writtenName(attribute), start)
    splices.push({ from, to: from + attribute.prefix.length, text: prefix })
  }
  return element.children.every(
    (child) => typeof child === 'string' || collectSplices(mangling, child, local),
  )
}

function renamed(text: string, element: SourceElement, name: string): Splice[] {
  const was = writtenName(element)
  if (was === name) return []
  const start = element.start + 1
  const end = element.contentEnd + 2
  const tags = [{ from: start, to: start + was.length, text: name }]
  if (element.contentEnd < element.end) tags.push({ from: end, to: end + was.length, text: name })
  return tags
}
