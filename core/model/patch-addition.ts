/** Adds nodes, an attribute or a namespace declaration. RFC 5261 §4.3. */
import type { SourceDocument } from '../documents/source-document.ts'
import { bindingsAt, type SourcePath } from '../documents/source-path.ts'
import { nodesBetween } from '../documents/source-nodes.ts'
import { attributesEnd, writtenName } from '../documents/start-tag.ts'
import { XML_NAMESPACE } from '../documents/xml-element.ts'
import { NCNAME } from '../documents/xml-name.ts'
import type { AddOperation, PatchFault } from '../documents/xml-patch.ts'
import { escapeAttribute } from '../documents/xml-writer.ts'
import type { Splice } from './node-splice.ts'
import { contentValue, mangledContent, readContent, targetPrefix } from './patch-content.ts'
import type { LocatedNode } from './patch-target.ts'

export function additionSplices(
  document: SourceDocument,
  operation: AddOperation,
  node: LocatedNode,
): readonly Splice[] | PatchFault {
  if (operation.type !== undefined) {
    if (node.kind !== 'element') return 'invalid-patch-directive'
    return addValue(document, operation, node.path, operation.type)
  }
  if (node.kind === 'attribute' || node.kind === 'namespace') return 'invalid-patch-directive'
  return addNodes(document, operation, node)
}

const ATTRIBUTE_TYPE = new RegExp(`^@(?:(${NCNAME}):)?(${NCNAME})$`, 'u')
const NAMESPACE_TYPE = new RegExp(`^namespace::(${NCNAME})$`, 'u')

function addValue(
  { text }: SourceDocument,
  { content, namespaces }: AddOperation,
  path: SourcePath,
  type: string,
): readonly Splice[] | PatchFault {
  const reading = readContent(content, namespaces)
  if (typeof reading === 'string') return reading
  const value = contentValue(reading)
  if (value === undefined) return 'invalid-attribute-value'
  const [isAttribute, prefix = '', local = ''] = ATTRIBUTE_TYPE.exec(type) ?? []
  const declared = NAMESPACE_TYPE.exec(type)?.[1]
  if (isAttribute === undefined && declared === undefined) return 'invalid-attribute-value'
  if (declared !== undefined && value === '') return 'invalid-namespace-uri'
  const name =
    declared === undefined
      ? attributeName({ prefix, local }, namespaces, path)
      : { text: `xmlns:${declared}` }
  if (typeof name === 'string') return name
  const end = attributesEnd(text, path.element)
  return [{ from: end, to: end, text: ` ${name.text}="${escapeAttribute(value)}"` }]
}

function attributeName(
  { prefix, local }: { prefix: string; local: string },
  namespaces: ReadonlyMap<string, string>,
  path: SourcePath,
): { readonly text: string } | PatchFault {
  if (prefix === '') return { text: local }
  const namespace = prefix === 'xml' ? XML_NAMESPACE : namespaces.get(prefix)
  if (namespace === undefined) return 'invalid-namespace-prefix'
  const scope = { bindings: bindingsAt(path), prefix: path.element.prefix }
  const own = targetPrefix({ prefix, namespace }, scope, true)
  if (own === undefined) return 'invalid-namespace-uri'
  return { text: writtenName({ prefix: own, name: local }) }
}

type Neighbour = Exclude<LocatedNode, { kind: 'attribute' | 'namespace' }>

function addNodes(
  { text }: SourceDocument,
  { content, namespaces, position }: AddOperation,
  node: Neighbour,
): readonly Splice[] | PatchFault {
  const parent = parentOfNew(node, position)
  if (typeof parent === 'string') return parent
  const reading = readContent(content, namespaces)
  if (typeof reading === 'string') return reading
  const { root } = reading
  if (!parent.path) {
    if (root.children.some((child) => typeof child !== 'string')) {
      return 'invalid-root-element-operation'
    }
    const nodes = nodesBetween(reading.text, root.contentStart, root.contentEnd)
    if (nodes.some(({ kind }) => kind === 'text')) return 'invalid-xml-prolog-operation'
  }
  const prefix = parent.path?.element.prefix ?? ''
  const written = mangledContent(reading, { bindings: bindingsAt(parent.path), prefix })
  if (typeof written !== 'string') return written.fault
  if (position === 'before' || position === 'after') {
    const { start, end } = node.kind === 'element' ? node.path.element : node
    const at = position === 'before' ? start : end
    return [{ from: at, to: at, text: written }]
  }
  return parent.path ? [insideOf(text, parent.path, written, position)] : 'invalid-patch-directive'
}

/** What the new nodes become children of; no path: the document itself. */
function parentOfNew(
  node: Neighbour,
  position: string | undefined,
): { readonly path: SourcePath | undefined } | PatchFault {
  if (position === 'before' || position === 'after') {
    return { path: node.kind === 'element' ? node.path.parent : node.parent }
  }
  if (position !== undefined && position !== 'prepend') return 'invalid-attribute-value'
  return node.kind === 'element' ? { path: node.path } : 'invalid-patch-directive'
}

function insideOf(
  text: string,
  { element }: SourcePath,
  written: string,
  position: string | undefined,
): Splice {
  const { contentStart, contentEnd, end } = element
  if (contentEnd === end) {
    return { from: end - 2, to: end, text: `>${written}</${writtenName(element)}>` }
  }
  const at = position === 'prepend' ? contentStart : contentEnd
  return { from: at, to: at, text: written }
}
