/** Document writer: conditions, document, indexes and blob counts in one step and one batch. */
import type { Change } from '../model/change-feed.ts'
import type { Clock } from '../model/clock.ts'
import { PRES_CONTENT, type DocumentId } from '../model/document-id.ts'
import { newEntityTag, type EntityTag } from '../model/entity-tag.ts'
import type { Log } from '../model/log.ts'
import { preconditionsHold, type Preconditions } from '../model/preconditions.ts'
import type { DocumentContent, DocumentStore, WriteOutcome } from '../model/stores.ts'
import type { BlobReferences } from './blob-references.ts'
import type { BlobShelf } from './blob-shelf.ts'
import type { CurrentIcons } from './current-icons.ts'
import { placeBody, type PlacedBody } from './document-body.ts'
import {
  blobsOf,
  decodeDocument,
  documentKey,
  encodeDocument,
  type DocumentRecord,
} from './document-record.ts'
import type { IconIndex } from './icon-index.ts'
import { readableOr } from './record-unreadable.ts'
import type { SequenceNumbers } from './sequence-numbers.ts'
import type { Transactions } from './transactions.ts'

export interface DocumentWriterParts {
  readonly transactions: Transactions
  readonly shelf: BlobShelf
  readonly references: BlobReferences
  readonly iconIndex: IconIndex
  readonly icons: CurrentIcons
  readonly sequence: SequenceNumbers
  readonly publish: (change: Change) => void
  /** What is cached under this key is no longer so. */
  readonly forget: (key: string) => void
  readonly clock: Clock
  readonly log: Log
}

/** What stands under a name at the moment: `record` is absent when it cannot be read. */
interface Present {
  readonly tag: EntityTag
  readonly record?: DocumentRecord
}

export function createDocumentWriter(
  parts: DocumentWriterParts,
): Pick<DocumentStore, 'put' | 'delete'> {
  const { transactions, shelf } = parts
  return {
    async put(id, content, conditions) {
      await transactions.ready()
      // Asked twice: here to write no blob in vain, and again in the step that writes the document.
      const before = presentAt(parts, id)
      if (!preconditionsHold(conditions, before?.tag)) return refuse(parts, before)
      const body = placeBody(content)
      const outcome = await shelf.withBlobs(body.blobs, () =>
        storeDocument(parts, { id, content, body, conditions }),
      )
      if (outcome.outcome === 'precondition-failed') {
        shelf.sweep(body.blobs.map(({ hash }) => hash))
      }
      return outcome
    },
    async delete(id, conditions) {
      await transactions.ready()
      const before = presentAt(parts, id)
      // Conditions count only where the request would succeed without them. RFC 9110 §13.2.1
      if (!before) return answer(parts, { outcome: 'absent' })
      if (!preconditionsHold(conditions, before.tag)) return refuse(parts, before)
      await commitChange(parts, id, before, undefined)
      return { outcome: 'deleted', tag: before.tag }
    },
  }
}

function presentAt(
  { transactions, log }: DocumentWriterParts,
  id: DocumentId,
): Present | undefined {
  const key = documentKey(id)
  const bytes = transactions.latest(key)
  if (!bytes) return undefined
  const record = readableOr(undefined, log, () => decodeDocument(key, bytes))
  // A document that cannot be read exists, and nobody can know its tag.
  return record ? { tag: record.tag, record } : { tag: newEntityTag() }
}

/** An answer that rests on writes under way waits for them, and fails with them. */
async function answer(
  { transactions }: DocumentWriterParts,
  outcome: WriteOutcome,
): Promise<WriteOutcome> {
  await transactions.commit([])
  return outcome
}

function refuse(parts: DocumentWriterParts, present: Present | undefined): Promise<WriteOutcome> {
  return answer(parts, {
    outcome: 'precondition-failed',
    ...(present && { current: present.tag }),
  })
}

async function storeDocument(
  parts: DocumentWriterParts,
  {
    id,
    content,
    body,
    conditions,
  }: {
    id: DocumentId
    content: DocumentContent
    body: PlacedBody
    conditions: Preconditions
  },
): Promise<WriteOutcome> {
  await parts.transactions.ready()
  // From here to the commit nothing is awaited, so nobody comes between the conditions and the write.
  const before = presentAt(parts, id)
  if (!preconditionsHold(conditions, before?.tag)) return refuse(parts, before)
  const after = newRecord(parts, content, body)
  await commitChange(parts, id, before, after)
  return { outcome: before ? 'replaced' : 'created', tag: after.tag }
}

function newRecord(
  { clock, sequence }: DocumentWriterParts,
  { contentType, body, icon }: DocumentContent,
  { place, payload }: PlacedBody,
): DocumentRecord {
  const record = {
    tag: newEntityTag(),
    storedAt: clock.now(),
    sequence: sequence.next(),
    contentType,
    size: body.length,
    place,
    payload,
  }
  if (!icon) return record
  const { mediaType, width, height, size, hash, sha1, token } = icon
  return { ...record, icon: { mediaType, width, height, size, hash, sha1 }, token }
}

function commitChange(
  parts: DocumentWriterParts,
  id: DocumentId,
  before: Present | undefined,
  after: DocumentRecord | undefined,
): Promise<void> {
  const { transactions, iconIndex, references, sequence } = parts
  const key = documentKey(id)
  const operations = [
    after
      ? ({ type: 'put', key, value: encodeDocument(after) } as const)
      : ({ type: 'del', key } as const),
    ...iconIndex.operations(id, before?.record, after),
    ...references.operations(blobsOf(before?.record), blobsOf(after)),
    ...(after ? [sequence.operation()] : []),
  ]
  return transactions.commit(operations, () => {
    announceChange(parts, id, before, after)
  })
}

function announceChange(
  { forget, icons, shelf, publish }: DocumentWriterParts,
  id: DocumentId,
  before: Present | undefined,
  after: DocumentRecord | undefined,
): void {
  forget(documentKey(id))
  if (id.auid === PRES_CONTENT && id.tree !== 'global') icons.forget(id.tree)
  shelf.sweep(blobsOf(before?.record))
  publish({
    kind: 'document',
    id,
    ...(before && { before: before.tag }),
    ...(after && { after: after.tag }),
  })
}
