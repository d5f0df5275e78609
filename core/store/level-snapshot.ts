/** Store snapshot of the embedded store: of both its databases, and no image is removed meanwhile. */
import { lengthOf } from '../model/async-length.ts'
import type { ContactPair } from '../model/contact-pair.ts'
import type { BindingRecord } from '../model/event-state.ts'
import type { Log } from '../model/log.ts'
import type { AdministrationEntry, StoreSnapshot } from '../model/store-snapshot.ts'
import type { TransferredDocument } from '../model/store-transfer.ts'
import type { Aor } from '../uri/aor.ts'
import { accountIn } from './account-record.ts'
import type { BlobFiles } from './blob-files.ts'
import { createBodyReader } from './body-reader.ts'
import { decodeDocument, idOfDocument } from './document-record.ts'
import type { DatabaseSnapshot } from './database-snapshots.ts'
import { openPublication } from './publication-record.ts'
import { openJson, openRecord } from './record-envelope.ts'
import { keysBelow, namesInKey, recordKey, type RecordKind } from './record-key.ts'
import { logUnreadable, readableOr, RecordUnreadable } from './record-unreadable.ts'

interface LevelSnapshotParts {
  readonly durable: DatabaseSnapshot
  readonly soft: DatabaseSnapshot
  readonly files: BlobFiles
  /** Nothing of it is read any more. */
  readonly release: () => void
  readonly log: Log
}

type Records = <T>(
  database: DatabaseSnapshot,
  kind: RecordKind,
  open: (key: string, bytes: Buffer) => T,
) => AsyncIterable<T>

export function createLevelSnapshot(parts: LevelSnapshotParts): StoreSnapshot {
  const { durable, soft, files, release, log } = parts
  const records: Records = async function* (database, kind, open) {
    for await (const [key, bytes] of database.entries(keysBelow(kind))) {
      const record = readableOr(undefined, log, () => open(key, bytes))
      if (record !== undefined) yield record
    }
  }
  return {
    count: async () => ({
      accounts: await lengthOf(durable.entries(keysBelow('account'))),
      documents: await lengthOf(durable.entries(keysBelow('document'))),
    }),
    async secret(name) {
      const key = recordKey('secret', name)
      const bytes = await durable.read(key)
      return bytes && openRecord(key, bytes)
    },
    accounts: () => records(durable, 'account', accountIn),
    documents: () => documentsIn(durable, files, log),
    administration: () => records(durable, 'administration', administrationIn),
    ...neighboursIn(durable, records),
    publications: () => records(soft, 'publication', openPublication),
    bindings: () => records(soft, 'binding', (key, bytes) => openJson(key, bytes) as BindingRecord),
    async close() {
      release()
      await Promise.all([durable.close(), soft.close()])
    },
  }
}

function neighboursIn(
  durable: DatabaseSnapshot,
  records: Records,
): Pick<StoreSnapshot, 'pairs' | 'listed' | 'capabilities'> {
  return {
    pairs: () => records(durable, 'pair', (key, bytes) => openJson(key, bytes) as ContactPair),
    listed: () =>
      records(durable, 'listed', (key, bytes) => ({
        user: firstName(key) as Aor,
        contacts: openJson(key, bytes) as readonly Aor[],
      })),
    capabilities: () =>
      records(durable, 'capabilities', (key, bytes) => ({
        hash: firstName(key),
        features: openJson(key, bytes) as readonly string[],
      })),
  }
}

const firstName = (key: string) => namesInKey(key)[0] ?? ''

function administrationIn(key: string, bytes: Buffer): AdministrationEntry {
  const [kind = '', name = ''] = namesInKey(key)
  return { kind: kind as AdministrationEntry['kind'], key: name, value: openJson(key, bytes) }
}

async function* documentsIn(
  database: DatabaseSnapshot,
  files: BlobFiles,
  log: Log,
): AsyncIterable<TransferredDocument> {
  const readBody = createBodyReader({ database, cache: { set: () => undefined }, files })
  for await (const [key, bytes] of database.entries(keysBelow('document'))) {
    try {
      const record = decodeDocument(key, bytes)
      const { tag, storedAt, sequence, contentType, icon, token } = record
      const id = idOfDocument(key)
      const body = await readBody(id, record)
      const image = icon && (await files.read(icon.hash))
      if (!body || (icon && !image)) throw new RecordUnreadable(key, 'its body is missing')
      const carried = icon && image && token !== undefined && { ...icon, bytes: image, token }
      const content = { contentType, body, ...(carried && { icon: carried }) }
      yield { id, version: { tag, storedAt, sequence }, content }
    } catch (error) {
      logUnreadable(error, log)
    }
  }
}
