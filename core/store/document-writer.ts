/** Document writer: conditions, document, indexes and blob counts in one step and one batch. */
import type { Change } from '../model/change-feed.ts'
import type { Clock } from '../model/clock.ts'
import { PRES_CONTENT, type DocumentId } from '../model/document-id.ts'
import { newEntityTag } from '../model/entity-tag.ts'
import type { Log } from '../model/log.ts'
import type { Preconditions } from '../model/preconditions.ts'
import type { DocumentVersion, TransferredDocument } from '../model/store-transfer.ts'
import type { Allowance, DocumentContent, DocumentStore, WriteOutcome } from '../model/stores.ts'
import { bodyOperations } from './body-record.ts'
import type { BlobReferences } from './blob-references.ts'
import type { BlobShelf } from './blob-shelf.ts'
import type { CurrentIcons } from './current-icons.ts'
import { placeBody, type PlacedBody } from './document-body.ts'
import { changeNow, refusalOf, type DocumentChange, type Present } from './document-change.ts'
import type { DocumentCache } from './document-cache.ts'
import { blobsOf, documentKey, encodeDocument, type DocumentRecord } from './document-record.ts'
import type { IconIndex } from './icon-index.ts'
import type { WriteOperation } from './level-database.ts'
import type { SequenceNumbers } from './sequence-numbers.ts'
import type { Transactions } from './transactions.ts'
import { totalsOperation, type TreeTotals } from './tree-totals.ts'
import { usageOperations } from './usage-index.ts'

export interface DocumentWriterParts {
  readonly transactions: Transactions
  readonly shelf: BlobShelf
  readonly references: BlobReferences
  readonly totals: TreeTotals
  readonly iconIndex: IconIndex
  readonly icons: CurrentIcons
  readonly sequence: SequenceNumbers
  readonly publish: (change: Change) => void
  readonly cache: DocumentCache
  readonly clock: Clock
  readonly log: Log
}

export interface DocumentWriter extends Pick<DocumentStore, 'put' | 'delete'> {
  /** As another store has it, whatever was there. */
  readonly take: (document: TransferredDocument) => Promise<void>
}

export function createDocumentWriter(parts: DocumentWriterParts): DocumentWriter {
  return {
    put: (id, content, conditions, allowance) =>
      put(parts, {
        ...{ id, content, conditions, body: placeBody(content) },
        ...(allowance && { allowance }),
      }),
    async take({ id, content, version }) {
      await put(parts, { id, content, version, conditions: {}, body: placeBody(content) })
    },
    delete: (id, conditions) => deleteDocument(parts, id, conditions),
  }
}

async function put(parts: DocumentWriterParts, wanted: WantedDocument): Promise<WriteOutcome> {
  const { transactions, shelf } = parts
  const { id, content, body } = wanted
  await transactions.ready()
  if (body.blobs.length === 0) return storeDocument(parts, wanted)
  // Asked twice: here to write no blob in vain, and again in the step that writes the document.
  const refusal = refusalOf(changeNow(parts, id, { size: content.body.length }), wanted)
  if (refusal) return answer(parts, refusal)
  const outcome = await shelf.withBlobs(body.blobs, async () => {
    await transactions.ready()
    return storeDocument(parts, wanted)
  })
  if (!('tag' in outcome)) shelf.sweep(body.blobs.map(({ hash }) => hash))
  return outcome
}

async function deleteDocument(
  parts: DocumentWriterParts,
  id: DocumentId,
  conditions: Preconditions,
): Promise<WriteOutcome> {
  await parts.transactions.ready()
  const change = changeNow(parts, id, undefined)
  // Conditions count only where the request would succeed without them. RFC 9110 §13.2.1
  if (!change.before) return answer(parts, { outcome: 'absent' })
  const refusal = refusalOf(change, { conditions })
  if (refusal) return answer(parts, refusal)
  await commitChange(parts, id, change, undefined)
  return { outcome: 'deleted', tag: change.before.tag }
}

/** An answer that rests on writes under way waits for them, and fails with them. */
async function answer(
  { transactions }: DocumentWriterParts,
  outcome: WriteOutcome,
): Promise<WriteOutcome> {
  await transactions.commit([])
  return outcome
}

interface WantedDocument {
  readonly id: DocumentId
  readonly content: DocumentContent
  readonly body: PlacedBody
  readonly conditions: Preconditions
  readonly allowance?: Allowance
  /** Absent: a new one. */
  readonly version?: DocumentVersion
}

/** From here to the commit nothing is awaited, so nobody comes between the conditions and the write. */
async function storeDocument(
  parts: DocumentWriterParts,
  wanted: WantedDocument,
): Promise<WriteOutcome> {
  const change = changeNow(parts, wanted.id, { size: wanted.content.body.length })
  const refusal = refusalOf(change, wanted)
  if (refusal) return answer(parts, refusal)
  if (wanted.version) parts.sequence.reach(wanted.version.sequence)
  const after = newRecord(parts, wanted)
  await commitChange(parts, wanted.id, change, after)
  return { outcome: change.before ? 'replaced' : 'created', tag: after.tag }
}

function newRecord(
  parts: DocumentWriterParts,
  { content: { contentType, body, icon }, body: { place, payload }, version }: WantedDocument,
): DocumentRecord {
  const record = {
    ...(version ?? newVersion(parts)),
    contentType,
    size: body.length,
    place,
    payload,
  }
  if (!icon) return record
  const { mediaType, width, height, size, hash, sha1, token } = icon
  return { ...record, icon: { mediaType, width, height, size, hash, sha1 }, token }
}

function newVersion({ clock, sequence }: DocumentWriterParts): DocumentVersion {
  return { tag: newEntityTag(), storedAt: clock.now(), sequence: sequence.next() }
}

function commitChange(
  parts: DocumentWriterParts,
  id: DocumentId,
  { before, totals }: DocumentChange,
  after: DocumentRecord | undefined,
): Promise<void> {
  const { transactions, iconIndex, references, sequence } = parts
  const key = documentKey(id)
  const content = [
    after
      ? ({ type: 'put', key, value: encodeDocument(after) } as const)
      : ({ type: 'del', key } as const),
    ...bodyOperations(id, before, after),
  ]
  const operations = [
    ...content,
    ...iconIndex.operations(id, before?.record, after, sequence.last()),
    ...usageOperations(id, before, after),
    ...references.operations(blobsOf(before?.record), blobsOf(after)),
    ...(totals ? [totalsOperation(id.tree, totals)] : []),
    ...(after ? [sequence.operation()] : []),
  ]
  return transactions.commit(operations, () => {
    parts.cache.set(key, after ? asWritten(after, content) : null)
    announceChange(parts, id, before, after)
  })
}

/** With the payload as it ends what was written, which holds on to nothing else: a peer's bytes may be part of more. */
function asWritten(record: DocumentRecord, content: readonly WriteOperation[]): DocumentRecord {
  const last = content.findLast((operation) => operation.type === 'put')
  const { length } = record.payload
  return { ...record, payload: last?.value.subarray(last.value.length - length) ?? record.payload }
}

function announceChange(
  { icons, shelf, publish }: DocumentWriterParts,
  id: DocumentId,
  before: Present | undefined,
  after: DocumentRecord | undefined,
): void {
  if (id.auid === PRES_CONTENT && id.tree !== 'global') icons.forget(id.tree)
  shelf.sweep(blobsOf(before?.record))
  publish({
    kind: 'document',
    id,
    ...(before && { before: before.tag }),
    ...(after && { after: after.tag }),
  })
}
