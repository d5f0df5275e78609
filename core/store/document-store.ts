/** Document store on Level. */
import type { DocumentId } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import type { DocumentMetadata, DocumentStore } from '../model/stores.ts'
import type { BlobFiles } from './blob-files.ts'
import type { CurrentIcons } from './current-icons.ts'
import type { DocumentReader } from './document-reader.ts'
import { decodeDocument, metadataOf } from './document-record.ts'
import type { LevelDatabase } from './level-database.ts'
import { keysBelow, namesInKey } from './record-key.ts'
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
        if (record) found.push(metadataOf(idInKey(key), record))
      }
      return found
    },
    async *ofUsage(auid) {
      for await (const [key] of database.entries(usageEntries(auid))) {
        const id = idOfUsageEntry(key)
        try {
          const document = await reader.get(id)
          if (document) yield document
        } catch (error) {
          logUnreadable(error, log)
        }
      }
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
