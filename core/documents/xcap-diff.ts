/** XCAP diff documents: which resources below an XCAP root exist, have changed or are gone. RFC 5874. */
import { schemaError, type Reading } from './reading.ts'
import type { SourceDocument, SourceElement } from './source-document.ts'
import { bindingsAt, pathTo, type Bindings, type SourcePath } from './source-path.ts'
import { attributeOf, isNamed } from './xml-element.ts'
import {
  formatPrefix,
  parsePatch,
  sharedNamespaces,
  writeOperation,
  type PatchOperation,
} from './xml-patch.ts'
import { escapeAttribute, escapeText, namespaceDeclaration } from './xml-writer.ts'

export const XCAP_DIFF_NAMESPACE = 'urn:ietf:params:xml:ns:xcap-diff'
export const XCAP_DIFF_MEDIA_TYPE = 'application/xcap-diff+xml'

export interface XcapDiff {
  /** The XCAP root URI, to which every selector is relative. */
  readonly xcapRoot: string
  /** Of one resource in the order in which they happened. */
  readonly changes: readonly XcapChange[]
}

export type XcapChange = DocumentDiff | ElementContent | AttributeContent

export interface DocumentDiff {
  readonly kind: 'document'
  readonly selector: string
  /** Absent: it exists, or was created. */
  readonly previousTag?: string
  /** Absent: it is gone. */
  readonly newTag?: string
  /** What makes the new version of the previous one; none: only the tag is another; absent: it has to be fetched. */
  readonly patch?: readonly PatchOperation[]
}

interface ElementContent {
  readonly kind: 'element'
  readonly selector: string
  readonly exists: boolean
  /** The element as it is written in its document; absent: it is gone, or too large to be told. */
  readonly content?: string
  /** What the prefixes mean that the content does not declare itself. */
  readonly namespaces: Bindings
}

interface AttributeContent {
  readonly kind: 'attribute'
  readonly selector: string
  /** Absent: it is gone. */
  readonly value?: string
}

/** Elements of other namespaces are ignored (§3). */
export function parseXcapDiff(document: SourceDocument): Reading<XcapDiff> {
  const { root } = document
  const xcapRoot = attributeOf(root, 'xcap-root')
  if (!isNamed(root, XCAP_DIFF_NAMESPACE, 'xcap-diff') || xcapRoot === undefined) {
    return schemaError('the root is not xcap-diff, or has no xcap-root')
  }
  const changes: XcapChange[] = []
  for (const child of root.children) {
    if (typeof child === 'string' || child.namespace !== XCAP_DIFF_NAMESPACE) continue
    const change = parseChange(document, pathTo(child, pathTo(root, undefined)))
    if (!change) return schemaError(`a ${child.name} is not one, or has no sel`)
    changes.push(change)
  }
  return { value: { xcapRoot, changes } }
}

/** Compact. */
export function serializeXcapDiff({ xcapRoot, changes }: XcapDiff): string {
  const prefix = formatPrefix('d', changes.flatMap(contentsOf))
  const name = `${prefix}:xcap-diff`
  const tag = `${name}${namespaceDeclaration(prefix, XCAP_DIFF_NAMESPACE)}`
  const around = new Map([[prefix, XCAP_DIFF_NAMESPACE]])
  const content = changes.map((change) => writeChange(change, prefix, around)).join('')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${tag} xcap-root="${escapeAttribute(xcapRoot)}">${content}</${name}>`
}

/** One change as it stands in a document. */
export function serializeXcapChange(change: XcapChange): string {
  return writeChange(change, 'd', new Map())
}

function parseChange(document: SourceDocument, path: SourcePath): XcapChange | undefined {
  const { element } = path
  const selector = attributeOf(element, 'sel')
  if (selector === undefined) return undefined
  const exists = !/^(?:0|false)$/.test(attributeOf(element, 'exists') ?? '')
  switch (element.name) {
    case 'document':
      return parseDocument(document, path, selector)
    case 'element':
      return { kind: 'element', selector, exists, ...parseContent(document, path) }
    case 'attribute':
      return { kind: 'attribute', selector, ...(exists ? { value: valueIn(element) } : {}) }
    default:
      return undefined
  }
}

function parseDocument(
  document: SourceDocument,
  path: SourcePath,
  selector: string,
): DocumentDiff | undefined {
  const { element } = path
  const previousTag = attributeOf(element, 'previous-etag')
  const newTag = attributeOf(element, 'new-etag')
  const children = element.children.filter((child) => typeof child !== 'string')
  const unchanged = children.some((child) =>
    isNamed(child, XCAP_DIFF_NAMESPACE, 'body-not-changed'),
  )
  const patch = unchanged ? [] : parsePatch(document, path)
  if (typeof patch === 'string') return undefined
  return {
    kind: 'document',
    selector,
    ...(previousTag === undefined ? {} : { previousTag }),
    ...(newTag === undefined ? {} : { newTag }),
    ...(unchanged || patch.length > 0 ? { patch } : {}),
  }
}

function parseContent({ text }: SourceDocument, path: SourcePath) {
  const child = path.element.children.find((one) => typeof one !== 'string')
  const content =
    child && typeof child !== 'string' ? text.slice(child.start, child.end) : undefined
  return { namespaces: bindingsAt(path), ...(content === undefined ? {} : { content }) }
}

function valueIn({ children }: SourceElement): string {
  return children.filter((child) => typeof child === 'string').join('')
}

function writeChange(change: XcapChange, prefix: string, around: Bindings): string {
  const name = `${prefix}:${change.kind}`
  const tag = `<${name} sel="${escapeAttribute(change.selector)}"`
  switch (change.kind) {
    case 'document':
      return writeDocument(change, tag, prefix, around)
    case 'element': {
      if (!change.exists) return `${tag} exists="0"/>`
      if (change.content === undefined) return `${tag}/>`
      return `${tag}${declarations(change.namespaces)}>${change.content}</${name}>`
    }
    case 'attribute':
      if (change.value === undefined) return `${tag} exists="0"/>`
      return `${tag}>${escapeText(change.value)}</${name}>`
  }
}

function writeDocument(
  { previousTag, newTag, patch }: DocumentDiff,
  start: string,
  prefix: string,
  around: Bindings,
): string {
  let tag = start
  if (previousTag !== undefined) tag += ` previous-etag="${escapeAttribute(previousTag)}"`
  if (newTag !== undefined) tag += ` new-etag="${escapeAttribute(newTag)}"`
  if (!patch) return `${tag}/>`
  const shared = sharedNamespaces(patch)
  const inside = new Map([...around, ...shared])
  const operations = patch.map((one) => writeOperation(one, prefix, inside)).join('')
  const content = patch.length === 0 ? `<${prefix}:body-not-changed/>` : operations
  return `${tag}${declarations(shared)}>${content}</${prefix}:document>`
}

function declarations(namespaces: Bindings): string {
  let written = ''
  for (const [bound, uri] of namespaces) {
    // Around it there is no default namespace that would have to be undone.
    if (uri !== '') written += namespaceDeclaration(bound, uri)
  }
  return written
}

/** What stands in the documents themselves. */
function contentsOf(change: XcapChange): readonly { readonly namespaces: Bindings }[] {
  if (change.kind === 'element') return [change]
  return change.kind === 'document' ? (change.patch ?? []) : []
}
