/** Sets and deletes an attribute in the start tag of an element. RFC 4825 §7.7, §7.8, §8.2.3, §8.2.4. */
import { attributeValue, withoutQuotes } from '../documents/attribute-value.ts'
import type { SourceDocument } from '../documents/source-document.ts'
import { bindingsAt, type SourcePath } from '../documents/source-path.ts'
import { attributesEnd, writtenAttribute, writtenName } from '../documents/start-tag.ts'
import { XML_NAMESPACE, type XmlAttribute } from '../documents/xml-element.ts'
import { UNLIMITED_XML, type XmlLimits } from '../documents/xml-tree-builder.ts'
import { namespaceDeclaration } from '../documents/xml-writer.ts'
import { editConflict, type NodeEditConflict, type PlacedNode } from './node-edit.ts'
import { attributeNamed } from './node-selection.ts'
import type { ExpandedName } from './node-selector.ts'
import { changeStartTag, type Splice } from './node-splice.ts'

export interface AttributeTarget {
  readonly document: SourceDocument
  readonly path: SourcePath
  /** The prefix is the client's; the document may bind another one to the namespace. */
  readonly name: ExpandedName & { readonly prefix: string }
}

export function putAttribute(
  target: AttributeTarget,
  content: string,
  limits: XmlLimits,
): PlacedNode | NodeEditConflict {
  const written = writtenValue(content)
  if (written === undefined) {
    return editConflict('not-xml-att-value', 'the body is not the value of an XML attribute')
  }
  const { document, path, name } = target
  const existing = attributeNamed(path.element, name)
  const splice = existing ? replacement(target, existing, written) : addition(target, written)
  const reading = changeStartTag(document, path, splice, limits)
  if (reading.error === undefined) return { kind: 'placed', created: !existing, ...reading.value }
  const tooLarge = reading.error === 'too-large'
  return editConflict(tooLarge ? 'constraint-failure' : 'cannot-insert', reading.detail)
}

export function deleteAttribute(
  document: SourceDocument,
  path: SourcePath,
  attribute: XmlAttribute,
): SourceDocument | NodeEditConflict {
  const { start, valueEnd } = writtenAttribute(document.text, path.element, attribute)
  const splice = { from: start, to: valueEnd + 1, text: '' }
  const reading = changeStartTag(document, path, splice, UNLIMITED_XML)
  if (reading.error === undefined) return reading.value.document
  return editConflict('cannot-delete', reading.detail)
}

/** What stands between the quotes; undefined: the body is no AttValue. */
// DEVIATION: the quotes of AttValue (RFC 4825 §7.7) may be left out, as the clients of OpenXCAP do.
function writtenValue(content: string): string | undefined {
  const trimmed = content.trim()
  const written = /^["']/.test(trimmed) ? withoutQuotes(trimmed) : content
  if (written === undefined || attributeValue(written) === undefined) return undefined
  return written
}

function replacement(
  { document, path }: AttributeTarget,
  existing: XmlAttribute,
  written: string,
): Splice {
  const { valueStart, valueEnd } = writtenAttribute(document.text, path.element, existing)
  const quote = document.text.charAt(valueEnd)
  return { from: valueStart, to: valueEnd, text: within(quote, written) }
}

function addition({ document, path, name }: AttributeTarget, written: string): Splice {
  const { prefix, declaration } = prefixFor(name, path)
  const quote = written.includes('"') && !written.includes("'") ? "'" : '"'
  const qualified = writtenName({ prefix, name: name.name })
  const text = `${declaration} ${qualified}=${quote}${within(quote, written)}${quote}`
  const end = attributesEnd(document.text, path.element)
  return { from: end, to: end, text }
}

function within(quote: string, written: string): string {
  return written.replaceAll(quote, quote === '"' ? '&quot;' : '&apos;')
}

/** A prefix for the namespace where the attribute stands, with its declaration when none is bound yet. */
function prefixFor(
  { namespace, prefix: wanted }: AttributeTarget['name'],
  path: SourcePath,
): { prefix: string; declaration: string } {
  if (namespace === '') return { prefix: '', declaration: '' }
  if (namespace === XML_NAMESPACE) return { prefix: 'xml', declaration: '' }
  const bindings = bindingsAt(path)
  const bound = [wanted, ...bindings.keys()].find(
    (prefix) => prefix !== '' && bindings.get(prefix) === namespace,
  )
  if (bound !== undefined) return { prefix: bound, declaration: '' }
  let prefix = wanted
  for (let n = 1; bindings.has(prefix); n++) prefix = `ns${n}`
  return { prefix, declaration: namespaceDeclaration(prefix, namespace) }
}
