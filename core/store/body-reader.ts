/** Body reader: the bytes of a document, from wherever its record says that they stand. */
import type { DocumentId } from '../model/document-id.ts'
import { rejectInstead, type MaybePromise } from '../model/maybe-promise.ts'
import type { BlobFiles } from './blob-files.ts'
import { bodyKey, bodyOf } from './body-record.ts'
import { gatherBody } from './document-body.ts'
import type { DocumentCache } from './document-cache.ts'
import { documentKey, type DocumentRecord } from './document-record.ts'
import type { LevelDatabase } from './level-database.ts'

/** Undefined: the body of this version is gone. Rejects with RecordUnreadable. */
export type ReadBody = (
  id: DocumentId,
  record: DocumentRecord,
) => MaybePromise<Uint8Array | undefined>

export function createBodyReader({
  database,
  cache,
  files,
}: {
  database: Pick<LevelDatabase, 'read'>
  cache: Pick<DocumentCache, 'set'>
  files: Pick<BlobFiles, 'read'>
}): ReadBody {
  function bodyBeside(id: DocumentId, record: DocumentRecord): MaybePromise<Buffer | undefined> {
    const key = bodyKey(id)
    const bytes = database.read(key)
    if (bytes instanceof Promise) return bytes.then((late) => late && bodyOf(record, key, late))
    return rejectInstead(() => {
      const body = bytes && bodyOf(record, key, bytes)
      if (body) cache.set(documentKey(id), { ...record, payload: body })
      return body
    })
  }

  return (id, record) => {
    const { place, payload } = record
    if (place.in === 'record') return payload
    if (place.in !== 'beside') return gatherBody(place, payload, files.read)
    return payload.length > 0 ? payload : bodyBeside(id, record)
  }
}
