/** Document reader: documents by their names, from memory, from Level, and from the blobs beside it. */
import type { DocumentId } from '../model/document-id.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../model/maybe-promise.ts'
import type { DocumentMetadata, StoredDocument } from '../model/stores.ts'
import type { BlobFiles } from './blob-files.ts'
import { gatherBody } from './document-body.ts'
import { decodeDocument, documentKey, metadataOf, type DocumentRecord } from './document-record.ts'
import type { LevelDatabase } from './level-database.ts'
import { createLruCache, type LruCache } from './lru-cache.ts'
import { RecordUnreadable } from './record-unreadable.ts'

/** Documents by their key; null: there is none. */
export type DocumentCache = LruCache<string, DocumentRecord | null>

/** Bytes of documents kept in memory, and what one of them costs besides its payload. */
const CACHE_BYTES = 16 * 1024 * 1024
const ENTRY_BYTES = 1024

export function createDocumentCache(): DocumentCache {
  return createLruCache({
    capacity: CACHE_BYTES,
    weigh: (record) => ENTRY_BYTES + (record?.payload.length ?? 0),
  })
}

type FoundDocument = MaybePromise<StoredDocument | undefined>

export interface DocumentReader {
  readonly metadata: (id: DocumentId) => MaybePromise<DocumentMetadata | undefined>
  /** Rejects with RecordUnreadable when the record is damaged, or the blob that holds its body. */
  readonly get: (id: DocumentId) => FoundDocument
}

export function createDocumentReader({
  database,
  cache,
  files,
}: {
  database: LevelDatabase
  cache: DocumentCache
  files: BlobFiles
}): DocumentReader {
  function recordAt(key: string): MaybePromise<DocumentRecord | undefined> {
    const cached = cache.get(key)
    if (cached !== undefined) return cached ?? undefined
    const bytes = database.read(key)
    if (bytes instanceof Promise) return bytes.then((late) => late && decodeDocument(key, late))
    return rejectInstead(() => {
      const record = bytes && decodeDocument(key, bytes)
      cache.set(key, record ?? null)
      return record
    })
  }

  function withBody(id: DocumentId, record: DocumentRecord): FoundDocument {
    const metadata = metadataOf(id, record)
    if (record.place.in === 'record') return { ...metadata, body: record.payload }
    const body = gatherBody(record, files.read)
    return body.then((body) => (body ? { ...metadata, body } : withoutBlob(id, record)))
  }

  /** The document may have been replaced since its record was read. */
  async function withoutBlob(id: DocumentId, record: DocumentRecord) {
    const key = documentKey(id)
    const now = await recordAt(key)
    if (now?.tag === record.tag) throw new RecordUnreadable(key, 'its blob is missing')
    return now && withBody(id, now)
  }

  return {
    metadata: (id) =>
      whenReady(recordAt(documentKey(id)), (record) => record && metadataOf(id, record)),
    get: (id) => whenReady(recordAt(documentKey(id)), (record) => record && withBody(id, record)),
  }
}
