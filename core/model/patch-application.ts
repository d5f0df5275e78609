/** Applies patch operations to a document: all of them in order, or the condition that stops them. RFC 5261 §4, §5. */
import type { SourceDocument } from '../documents/source-document.ts'
import { readSource } from '../documents/source-reader.ts'
import type { PatchFault, PatchOperation } from '../documents/xml-patch.ts'
import type { Splice } from './node-splice.ts'
import { additionSplices } from './patch-addition.ts'
import { removalSplices } from './patch-removal.ts'
import { replacementSplices } from './patch-replacement.ts'
import { parsePatchSelector } from './patch-selector.ts'
import { locateNode } from './patch-target.ts'

export type PatchOutcome =
  | { readonly document: SourceDocument; readonly fault?: undefined }
  | {
      readonly fault: PatchFault
      /** The one that cannot be applied. */
      readonly operation: PatchOperation
    }

export function applyPatch(
  document: SourceDocument,
  operations: readonly PatchOperation[],
): PatchOutcome {
  let patched = document
  for (const operation of operations) {
    const outcome = applyOperation(patched, operation)
    if (typeof outcome === 'string') return { fault: outcome, operation }
    patched = outcome
  }
  return { document: patched }
}

function applyOperation(
  document: SourceDocument,
  operation: PatchOperation,
): SourceDocument | PatchFault {
  const selector = parsePatchSelector(operation.selector, operation.namespaces)
  if (typeof selector === 'string') return selector
  const node = locateNode(document, selector)
  if (typeof node === 'string') return node
  const splices = splicesOf(document, operation, node)
  if (typeof splices === 'string') return splices
  const reading = readSource(spliced(document.text, splices))
  // What is left is not well-formed: a prefix that is in use has gone, or an attribute is there twice.
  return reading.error === undefined ? reading.value : 'invalid-patch-directive'
}

function splicesOf(
  document: SourceDocument,
  operation: PatchOperation,
  node: Exclude<ReturnType<typeof locateNode>, string>,
): readonly Splice[] | PatchFault {
  switch (operation.operation) {
    case 'add':
      return additionSplices(document, operation, node)
    case 'replace':
      return replacementSplices(document, operation, node)
    case 'remove':
      return removalSplices(document, operation, node)
  }
}

function spliced(text: string, splices: readonly Splice[]): string {
  let result = text
  for (const { from, to, text: inserted } of [...splices].sort((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + inserted + result.slice(to)
  }
  return result
}
