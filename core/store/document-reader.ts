/** Document reader: documents by their names, from memory, from Level, and from the blobs beside it. */
import type { DocumentId } from '../model/document-id.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../model/maybe-promise.ts'
import type { DocumentMetadata, StoredDocument } from '../model/stores.ts'
import type { BlobFiles } from './blob-files.ts'
import { createBodyReader } from './body-reader.ts'
import type { DocumentCache } from './document-cache.ts'
import { decodeDocument, documentKey, metadataOf, type DocumentRecord } from './document-record.ts'
import type { LevelDatabase } from './level-database.ts'
import { RecordUnreadable } from './record-unreadable.ts'

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
  const readBody = createBodyReader({ database, cache, files })

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
    return whenReady(readBody(id, record), (body) =>
      body ? { ...metadataOf(id, record), body } : readAgain(id, record),
    )
  }

  /** The document may have been replaced since its record was read, and the change not yet be known here. */
  async function readAgain(id: DocumentId, record: DocumentRecord) {
    const key = documentKey(id)
    cache.delete(key)
    const now = await recordAt(key)
    if (now?.tag === record.tag) throw new RecordUnreadable(key, 'its body is missing')
    return now && withBody(id, now)
  }

  return {
    metadata: (id) =>
      whenReady(recordAt(documentKey(id)), (record) => record && metadataOf(id, record)),
    get: (id) => whenReady(recordAt(documentKey(id)), (record) => record && withBody(id, record)),
  }
}
