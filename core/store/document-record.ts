/** Document record: what stands in the store under a document's name. */
import type { DocumentId } from '../model/document-id.ts'
import type { EntityTag } from '../model/entity-tag.ts'
import type { StatusIcon } from '../model/status-icon.ts'
import type { CurrentIcon, DocumentMetadata } from '../model/stores.ts'
import type { BodyPlace } from './document-body.ts'
import { openRecord, sealRecord } from './record-envelope.ts'
import { namesInKey, recordKey } from './record-key.ts'

export interface DocumentRecord {
  readonly tag: EntityTag
  readonly storedAt: number
  readonly sequence: number
  readonly contentType: string
  readonly size: number
  readonly icon?: StatusIcon
  /** The name of the icon in its `/i/` URL. */
  readonly token?: string
  readonly place: BodyPlace
  /** The body, or what of it does not stand elsewhere; empty until it is read where it stands beside the record. */
  readonly payload: Uint8Array
}

const LENGTH_BYTES = 4

/** Its keys follow each other by tree, AUID and path. */
export function documentKey({ tree, auid, path }: DocumentId): string {
  return recordKey('document', tree, auid, path)
}

export function idOfDocument(key: string): DocumentId {
  const [tree, auid, path] = namesInKey(key)
  return { tree, auid, path } as DocumentId
}

/** Length of the JSON (4 bytes, little endian), the JSON, the payload. */
export function encodeDocument({ payload, ...head }: DocumentRecord): Buffer {
  const json = Buffer.from(JSON.stringify(head))
  const length = Buffer.allocUnsafe(LENGTH_BYTES)
  length.writeUInt32LE(json.length)
  return head.place.in === 'beside' ? sealRecord(length, json) : sealRecord(length, json, payload)
}

/** Throws RecordUnreadable. */
export function decodeDocument(key: string, record: Buffer): DocumentRecord {
  const content = openRecord(key, record)
  const end = LENGTH_BYTES + content.readUInt32LE()
  const head = JSON.parse(content.toString('utf8', LENGTH_BYTES, end)) as Omit<
    DocumentRecord,
    'payload'
  >
  return { ...head, payload: content.subarray(end) }
}

export function metadataOf(id: DocumentId, record: DocumentRecord): DocumentMetadata {
  const { tag, storedAt, sequence, contentType, size, icon } = record
  return { id, tag, storedAt, sequence, contentType, size, ...(icon && { icon }) }
}

export function currentIconOf(id: DocumentId, record: DocumentRecord): CurrentIcon | undefined {
  const { icon, token } = record
  return icon && token !== undefined ? { ...metadataOf(id, record), icon, token } : undefined
}

/** The blobs that the document needs. */
export function blobsOf(record: DocumentRecord | undefined): string[] {
  if (!record) return []
  const hashes = record.icon ? [record.icon.hash] : []
  return record.place.in === 'blob' ? [...hashes, record.place.hash] : hashes
}
