/** Document store on Level: reads that are at hand, and a writer that compares and swaps. */
import type { DocumentId } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../model/maybe-promise.ts'
import type { DocumentMetadata, DocumentStore, StoredDocument } from '../model/stores.ts'
import type { BlobFiles } from './blob-files.ts'
import type { CurrentIcons } from './current-icons.ts'
import { gatherBody } from './document-body.ts'
import { decodeDocument, documentKey, metadataOf, type DocumentRecord } from './document-record.ts'
import type { LevelDatabase } from './level-database.ts'
import { createLruCache, type LruCache } from './lru-cache.ts'
import { keysBelow, namesInKey } from './record-key.ts'
import { readableOr, RecordUnreadable } from './record-unreadable.ts'

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

export function createDocumentStore({
  database,
  cache,
  files,
  icons,
  writer,
  log,
}: {
  database: LevelDatabase
  cache: DocumentCache
  files: BlobFiles
  icons: CurrentIcons
  writer: Pick<DocumentStore, 'put' | 'delete'>
  log: Log
}): DocumentStore {
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

  function withBody(
    id: DocumentId,
    record: DocumentRecord,
  ): MaybePromise<StoredDocument | undefined> {
    const metadata = metadataOf(id, record)
    if (record.place.in === 'record') return { ...metadata, body: record.payload }
    return gatherBody(record, files.read).then((body) =>
      body ? { ...metadata, body } : withoutBlob(id, record),
    )
  }

  /** The document may have been replaced since its record was read. */
  async function withoutBlob(
    id: DocumentId,
    record: DocumentRecord,
  ): Promise<StoredDocument | undefined> {
    const key = documentKey(id)
    const now = await recordAt(key)
    if (now?.tag === record.tag) throw new RecordUnreadable(key, 'its blob is missing')
    return now && withBody(id, now)
  }

  return {
    ...writer,
    metadata: (id) =>
      whenReady(recordAt(documentKey(id)), (record) => record && metadataOf(id, record)),
    get: (id) => whenReady(recordAt(documentKey(id)), (record) => record && withBody(id, record)),
    async list(tree, auid) {
      const found: DocumentMetadata[] = []
      const range =
        auid === undefined ? keysBelow('document', tree) : keysBelow('document', tree, auid)
      for await (const [key, bytes] of database.entries(range)) {
        const record = readableOr(undefined, log, () => decodeDocument(key, bytes))
        if (record) found.push(metadataOf(idInKey(key), record))
      }
      return found
    },
    currentIcon: icons.of,
    iconByToken: icons.byToken,
    image: files.read,
  }
}

function idInKey(key: string): DocumentId {
  const [tree, auid, path] = namesInKey(key)
  return { tree, auid, path } as DocumentId
}
