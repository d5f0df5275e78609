/** Usage index: in which trees an application usage has documents, written in the batch that writes the document. */
import type { Auid, DocumentId } from '../model/document-id.ts'
import type { DocumentRecord } from './document-record.ts'
import type { WriteOperation } from './level-database.ts'
import { keysBelow, namesInKey, recordKey, type KeyRange } from './record-key.ts'
import { sealRecord } from './record-envelope.ts'

/** The key says it all. */
const ENTRY = sealRecord()

/** What is to be written together with a document that was `before` and becomes `after`. */
export function usageOperations(
  id: DocumentId,
  before: { readonly record?: DocumentRecord } | undefined,
  after: DocumentRecord | undefined,
): WriteOperation[] {
  const key = recordKey('usage', id.auid, id.tree, id.path)
  if (isIndexed(after)) return isIndexed(before?.record) ? [] : [{ type: 'put', key, value: ENTRY }]
  // What cannot be read any more may have had an entry.
  return before && !before.record?.icon ? [{ type: 'del', key }] : []
}

/** Not the icons of a million people, which have an index of their own. */
const isIndexed = (record: DocumentRecord | undefined) => record !== undefined && !record.icon

export const usageEntries = (auid: Auid): KeyRange => keysBelow('usage', auid)

export function idOfUsageEntry(key: string): DocumentId {
  const [auid, tree, path] = namesInKey(key)
  return { auid, tree, path } as DocumentId
}
