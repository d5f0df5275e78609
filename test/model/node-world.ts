/** Documents and selectors as people write them, for the tests of node operations. */
import assert from 'node:assert/strict'
import type { SourceDocument } from '../../core/documents/source-document.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import type { XmlLimits } from '../../core/documents/xml-tree-builder.ts'
import { deleteNode, putNode } from '../../core/model/node-operations.ts'
import { nodeContent, selectNode } from '../../core/model/node-selection.ts'
import { parseNodeSelector, type NodeSelector } from '../../core/model/node-selector.ts'

export interface Namespaces {
  readonly query?: string
  readonly defaultNamespace?: string
}

export function source(text: string): SourceDocument {
  const reading = readSource(text)
  if (reading.error !== undefined) assert.fail(reading.detail)
  return reading.value
}

/** @param path Steps with `/` between them. */
export function selector(path: string, { query, defaultNamespace = '' }: Namespaces = {}) {
  const parsed = parseNodeSelector(path.split('/'), { query, defaultNamespace })
  if (typeof parsed === 'string') assert.fail(`${path}: ${parsed}`)
  return parsed
}

/** The body of a GET; undefined: 404. */
export function get(text: string, path: string, namespaces?: Namespaces): string | undefined {
  const document = source(text)
  const node = selectNode(document, selector(path, namespaces))
  return node && nodeContent(document, node)
}

/** The new text, or the name of the conflict. */
export function put(
  text: string,
  path: string,
  content: string,
  { limits, ...namespaces }: Namespaces & { limits?: XmlLimits } = {},
): string {
  return outcome(text, selector(path, namespaces), (document, parsed) =>
    putNode(document, parsed, content, limits),
  )
}

export function remove(text: string, path: string, namespaces?: Namespaces): string {
  return outcome(text, selector(path, namespaces), deleteNode)
}

function outcome(text: string, parsed: NodeSelector, edit: typeof deleteNode): string {
  const result = edit(source(text), parsed)
  if (result.kind === 'absent') return 'absent'
  if (result.kind === 'conflict') return result.conflict
  assert.deepEqual(result.document.root, source(result.document.text).root)
  return result.document.text
}
