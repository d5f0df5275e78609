/** Store transfer of the embedded store. */
import { lengthOf } from '../model/async-length.ts'
import type { DocumentId } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import type { StoreTransfer, TransferredDocument } from '../model/store-transfer.ts'
import type { BlobFiles } from './blob-files.ts'
import type { DocumentReader } from './document-reader.ts'
import { decodeDocument, idOfDocument, type DocumentRecord } from './document-record.ts'
import type { DocumentWriter } from './document-writer.ts'
import type { LevelDatabase } from './level-database.ts'
import { openRecord, sealRecord } from './record-envelope.ts'
import { keysBelow, recordKey } from './record-key.ts'
import { logUnreadable, RecordUnreadable } from './record-unreadable.ts'
import type { Transactions } from './transactions.ts'

interface Parts {
  readonly database: LevelDatabase
  readonly transactions: Transactions
  readonly reader: DocumentReader
  readonly writer: DocumentWriter
  readonly files: BlobFiles
  readonly log: Log
}

export function createLevelTransfer(parts: Parts): StoreTransfer {
  const { database, transactions, writer, log } = parts
  return {
    async *documents() {
      for await (const [key, bytes] of database.entries(keysBelow('document'))) {
        try {
          const document = await documentOf(parts, idOfDocument(key), decodeDocument(key, bytes))
          if (document) yield document
        } catch (error) {
          logUnreadable(error, log)
        }
      }
    },
    countDocuments: () => lengthOf(database.entries(keysBelow('document'))),
    takeDocument: writer.take,
    async takeSecret(name, bytes) {
      await transactions.ready()
      const key = recordKey('secret', name)
      const present = transactions.latest(key)
      if (present) return openRecord(key, present).equals(bytes) ? 'present' : 'other'
      await transactions.commit([{ type: 'put', key, value: sealRecord(bytes) }])
      return 'stored'
    },
  }
}

/** Undefined: it has gone meanwhile. Rejects with RecordUnreadable. */
async function documentOf(
  { reader, files }: Parts,
  id: DocumentId,
  { tag, storedAt, sequence, contentType, icon, token }: DocumentRecord,
): Promise<TransferredDocument | undefined> {
  const found = await reader.get(id)
  if (!found) return undefined
  const { body } = found
  const version = { tag, storedAt, sequence }
  if (!icon || token === undefined) return { id, version, content: { contentType, body } }
  const bytes = await files.read(icon.hash)
  if (!bytes) throw new RecordUnreadable(`blob ${icon.hash}`, 'it is missing')
  return { id, version, content: { contentType, body, icon: { ...icon, bytes, token } } }
}
