/** Body record: a document's body beside the record that tells of it, with the tag of the version it belongs to. */
import type { DocumentId } from '../model/document-id.ts'
import type { DocumentRecord } from './document-record.ts'
import type { WriteOperation } from './level-database.ts'
import { openRecord, sealRecord } from './record-envelope.ts'
import { recordKey } from './record-key.ts'

const TAG_END = 0x0a

export const bodyKey = ({ tree, auid, path }: DocumentId) => recordKey('body', tree, auid, path)

/** What is to be written together with a document that was `before` and becomes `after`. */
export function bodyOperations(
  id: DocumentId,
  before: { readonly record?: DocumentRecord } | undefined,
  after: DocumentRecord | undefined,
): WriteOperation[] {
  const key = bodyKey(id)
  if (after?.place.in === 'beside') {
    const value = sealRecord(`${after.tag}\n`, after.payload)
    return [{ type: 'put', key, value }]
  }
  // What cannot be read any more may have had a body beside it.
  const place = before?.record?.place.in ?? 'beside'
  return before && place === 'beside' ? [{ type: 'del', key }] : []
}

/** The body of this version; undefined: the record holds another one's. Throws RecordUnreadable. */
export function bodyOf({ tag }: DocumentRecord, key: string, bytes: Buffer): Buffer | undefined {
  const content = openRecord(key, bytes)
  const end = content.indexOf(TAG_END)
  return content.toString('latin1', 0, end) === tag ? content.subarray(end + 1) : undefined
}
