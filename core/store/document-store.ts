/** Document store on Level. */
import type { DocumentId } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import type { DocumentMetadata, DocumentStore, StoredDocument } from '../model/stores.ts'
import type { BlobFiles } from './blob-files.ts'
import type { CurrentIcons } from './current-icons.ts'
import type { DocumentReader } from './document-reader.ts'
import { decodeDocument, idOfDocument, metadataOf } from './document-record.ts'
import type { LevelDatabase } from './level-database.ts'
import { keysBelow } from './record-key.ts'
import { logUnreadable, readableOr } from './record-unreadable.ts'
import { idOfUsageEntry, usageEntries } from './usage-index.ts'

export function createDocumentStore({
  database,
  reader,
  writer,
  files,
  icons,
  log,
}: {
  database: LevelDatabase
  reader: DocumentReader
  writer: Pick<DocumentStore, 'put' | 'delete'>
  files: BlobFiles
  icons: CurrentIcons
  log: Log
}): DocumentStore {
  return {
    ...reader,
    ...writer,
    async list(tree, auid) {
      const names = auid === undefined ? [tree] : [tree, auid]
      const found: DocumentMetadata[] = []
      for await (const [key, bytes] of database.entries(keysBelow('document', ...names))) {
        const record = readableOr(undefined, log, () => decodeDocument(key, bytes))
        if (record) found.push(metadataOf(idOfDocument(key), record))
      }
      return found
    },
    async *ofUsage(auid) {
      for await (const [key] of database.entries(usageEntries(auid))) {
        const document = await readableDocument(idOfUsageEntry(key), { reader, log })
        if (document) yield document
      }
    },
    currentIcon: icons.of,
    iconOwners: icons.owners,
    iconByToken: icons.byToken,
    image: files.read,
  }
}

async function readableDocument(
  id: DocumentId,
  { reader, log }: { reader: DocumentReader; log: Log },
): Promise<StoredDocument | undefined> {
  try {
    return await reader.get(id)
  } catch (error) {
    logUnreadable(error, log)
    return undefined
  }
}
