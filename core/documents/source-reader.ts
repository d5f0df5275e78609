/** Strict XML reader that remembers where everything stands in the text. XML 1.0, Namespaces in XML 1.0. */
import type { SaxesTagNS } from 'saxes'
import type { Reading } from './reading.ts'
import type { SourceDocument, SourceElement } from './source-document.ts'
import type { Bindings } from './source-path.ts'
import type { XmlAttribute } from './xml-element.ts'
import { readText } from './xml-reader.ts'
import { DEFAULT_XML_LIMITS, TreeBuilder, type XmlLimits } from './xml-tree-builder.ts'

/** Takes hostile input, as `readXml` does. The elements are those that `readXml` gives, with their places. */
export function readSource(
  source: Uint8Array | string,
  limits: XmlLimits = DEFAULT_XML_LIMITS,
): Reading<SourceDocument> {
  const text = readText(source, limits)
  if (text.error !== undefined) return text
  const root = builder.read(text.value, limits)
  return root.error === undefined ? { value: { text: text.value, root: root.value } } : root
}

/**
 * One element as it is to stand where `bindings` are in scope; white space around it is left out. Nothing in the tree
 * keeps `source` in memory.
 */
export function readFragment(
  source: string,
  bindings: Bindings,
  limits: XmlLimits,
): Reading<SourceDocument> {
  const text = readText(withoutSpaceAround(source), limits)
  if (text.error !== undefined) return text
  const root = builder.read(text.value, limits, bindings)
  if (root.error !== undefined) return root
  if (root.value.start > 0 || root.value.end < text.value.length) {
    return { error: 'not-well-formed', detail: 'something stands beside the one element' }
  }
  return { value: { text: text.value, root: detached(root.value) } }
}

type Open = { -readonly [Key in Exclude<keyof SourceElement, 'children'>]: SourceElement[Key] } & {
  children: (Open | string)[]
}

const NO_DECLARATIONS: Bindings = new Map()

class SourceTreeBuilder extends TreeBuilder<Open> {
  protected override begin(
    tag: SaxesTagNS,
    attributes: readonly XmlAttribute[],
    children: Open['children'],
    end: number,
  ): Open {
    return {
      namespace: tag.uri,
      name: tag.local,
      prefix: tag.prefix,
      attributes,
      children,
      declarations: declarationsOf(tag),
      // No `<` stands inside of a tag.
      start: this.text.lastIndexOf('<', end - 1),
      contentStart: end,
      contentEnd: end,
      end,
    }
  }

  protected override finish(element: Open, end: number): void {
    if (end === element.contentStart) return
    element.contentEnd = this.text.lastIndexOf('<', end - 1)
    element.end = end
  }
}

const builder = new SourceTreeBuilder(true)

function declarationsOf({ ns }: SaxesTagNS): Bindings {
  let declarations: Map<string, string> | undefined
  for (const prefix in ns) (declarations ??= new Map()).set(prefix, ns[prefix] ?? '')
  return declarations ?? NO_DECLARATIONS
}

/** A string that is cut out of a text keeps all of it in memory: these are copies. */
function detached(element: SourceElement): SourceElement {
  const { namespace, name, prefix, attributes, children, declarations } = element
  return {
    namespace: copied(namespace),
    name: copied(name),
    prefix: copied(prefix),
    attributes: attributes.map(detachedAttribute),
    children: children.map((child) =>
      typeof child === 'string' ? copied(child) : detached(child),
    ),
    declarations:
      declarations === NO_DECLARATIONS
        ? declarations
        : new Map(Array.from(declarations, ([key, value]) => [copied(key), copied(value)])),
    start: element.start,
    contentStart: element.contentStart,
    contentEnd: element.contentEnd,
    end: element.end,
  }
}

function detachedAttribute({ namespace, name, prefix, value }: XmlAttribute): XmlAttribute {
  return {
    namespace: copied(namespace),
    name: copied(name),
    prefix: copied(prefix),
    value: copied(value),
  }
}

function copied(text: string): string {
  // V8 copies what is shorter anyway; joining makes it a text of its own.
  return text.length < 13 ? text : ` ${text}`.slice(1)
}

// No pattern: one that ends in `$` is quadratic in the white space inside.
function withoutSpaceAround(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (start < end && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** XML 1.0 §2.3, S. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
