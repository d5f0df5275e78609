/** Documents that were read or written lately, with what stands in their records. */
import { createLruCache, type LruCache } from '../model/lru-cache.ts'
import type { DocumentRecord } from './document-record.ts'

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
