/** Document reads: documents by their names, from memory as long as the feed is live. */
import type { DocumentId } from '../../model/document-id.ts'
import { whenReady, type MaybePromise } from '../../model/maybe-promise.ts'
import type { DocumentMetadata, StoredDocument } from '../../model/stores.ts'
import { gatherBody } from '../document-body.ts'
import { createDocumentCache } from '../document-cache.ts'
import { documentKey, idOfDocument, metadataOf, type DocumentRecord } from '../document-record.ts'
import { RecordUnreadable } from '../record-unreadable.ts'
import type { Query } from './connection.ts'
import { DOCUMENT_COLUMNS, namesOf, recordOfRow, type DocumentRow } from './document-row.ts'
import { createFollowedReads } from './followed-reads.ts'

type FoundDocument = MaybePromise<StoredDocument | undefined>

export interface DocumentReads {
  readonly metadata: (id: DocumentId) => MaybePromise<DocumentMetadata | undefined>
  /** Rejects with RecordUnreadable when the image that its body holds is gone or damaged. */
  readonly get: (id: DocumentId) => FoundDocument
  /** The document has changed. */
  readonly forget: (id: DocumentId) => void
  readonly forgetAll: () => void
  /** Rises with every change. */
  readonly generation: () => number
}

export function createDocumentReads({
  query,
  isLive,
  readImage,
}: {
  query: Query
  isLive: () => boolean
  readImage: (hash: string) => Promise<Uint8Array | undefined>
}): DocumentReads {
  const records = createFollowedReads<DocumentRecord>({
    isLive,
    kept: createDocumentCache(),
    ask: (key) => readRecord(query, idOfDocument(key)),
  })

  const withBody = createBodies({ query, readImage })
  let generation = 0

  return {
    metadata: (id) =>
      whenReady(records.read(documentKey(id)), (record) => record && metadataOf(id, record)),
    get: (id) =>
      whenReady(records.read(documentKey(id)), (record) => record && withBody(id, record)),
    forget: (id) => {
      generation++
      records.forget(documentKey(id))
    },
    forgetAll: () => {
      generation++
      records.forgetAll()
    },
    generation: () => generation,
  }
}

/** Documents from their records, with the images that stand in their bodies. */
function createBodies({
  query,
  readImage,
}: {
  query: Query
  readImage: (hash: string) => Promise<Uint8Array | undefined>
}) {
  function withBody(id: DocumentId, record: DocumentRecord): FoundDocument {
    const { place, payload } = record
    if (place.in !== 'image') return { ...metadataOf(id, record), body: payload }
    return gatherBody(place, payload, readImage).then((body) =>
      body ? { ...metadataOf(id, record), body } : readAgain(id, record),
    )
  }

  /** The document may have been replaced since its row was read, and the change not yet be known here. */
  async function readAgain(id: DocumentId, record: DocumentRecord) {
    const now = await readRecord(query, id)
    if (now?.tag === record.tag) {
      throw new RecordUnreadable(documentKey(id), 'its image is missing')
    }
    return now && withBody(id, now)
  }

  return withBody
}

const DOCUMENT = {
  name: 'document',
  text: `SELECT ${DOCUMENT_COLUMNS} FROM document WHERE tree = $1 AND auid = $2 AND path = $3`,
}

async function readRecord(query: Query, id: DocumentId): Promise<DocumentRecord | undefined> {
  const [row] = await query<DocumentRow>({ ...DOCUMENT, values: namesOf(id) })
  return row && recordOfRow(row)
}
