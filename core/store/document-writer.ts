/** Document writer: conditions, document, indexes and blob counts in one step and one batch. */
import type { Change } from '../model/change-feed.ts'
import type { Clock } from '../model/clock.ts'
import { PRES_CONTENT, type DocumentId } from '../model/document-id.ts'
import { newEntityTag, type EntityTag } from '../model/entity-tag.ts'
import type { Log } from '../model/log.ts'
import { preconditionsHold, type Preconditions } from '../model/preconditions.ts'
import type { Allowance, DocumentContent, DocumentStore, WriteOutcome } from '../model/stores.ts'
import type { BlobReferences } from './blob-references.ts'
import type { BlobShelf } from './blob-shelf.ts'
import type { CurrentIcons } from './current-icons.ts'
import { placeBody, type PlacedBody } from './document-body.ts'
import type { DocumentCache } from './document-reader.ts'
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
import { difference, type TreeTotals } from './tree-totals.ts'
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
    async put(id, content, conditions, allowance) {
      await transactions.ready()
      const body = placeBody(content)
      const wanted = { id, content, body, conditions, ...(allowance && { allowance }) }
      if (body.blobs.length === 0) return storeDocument(parts, wanted)
      // Asked twice: here to write no blob in vain, and again in the step that writes the document.
      const refusal = refusalOf(parts, wanted, presentAt(parts, id))
      if (refusal) return answer(parts, refusal)
      const outcome = await shelf.withBlobs(body.blobs, async () => {
        await transactions.ready()
        return storeDocument(parts, wanted)
      })
      if (!('tag' in outcome)) shelf.sweep(body.blobs.map(({ hash }) => hash))
      return outcome
    },
    async delete(id, conditions) {
      await transactions.ready()
      const before = presentAt(parts, id)
      // Conditions count only where the request would succeed without them. RFC 9110 §13.2.1
      if (!before) return answer(parts, { outcome: 'absent' })
      if (!preconditionsHold(conditions, before.tag)) return answer(parts, failed(before))
      await commitChange(parts, id, before, undefined)
      return { outcome: 'deleted', tag: before.tag }
    },
  }
}

function presentAt(
  { transactions, cache, log }: DocumentWriterParts,
  id: DocumentId,
): Present | undefined {
  const key = documentKey(id)
  const known = transactions.isUnderWay(key) ? undefined : cache.get(key)
  if (known !== undefined) return known ? { tag: known.tag, record: known } : undefined
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

function failed(present: Present | undefined): WriteOutcome {
  return { outcome: 'precondition-failed', ...(present && { current: present.tag }) }
}

interface WantedDocument {
  readonly id: DocumentId
  readonly content: DocumentContent
  readonly body: PlacedBody
  readonly conditions: Preconditions
  readonly allowance?: Allowance
}

function refusalOf(
  { totals }: DocumentWriterParts,
  { id, content, conditions, allowance }: WantedDocument,
  before: Present | undefined,
): WriteOutcome | undefined {
  if (!preconditionsHold(conditions, before?.tag)) return failed(before)
  if (!allowance) return undefined
  const change = difference(before, { size: content.body.length })
  const limit = totals.exceeded(id.tree, change, allowance)
  return limit && { outcome: 'no-room', limit }
}

/** From here to the commit nothing is awaited, so nobody comes between the conditions and the write. */
async function storeDocument(
  parts: DocumentWriterParts,
  wanted: WantedDocument,
): Promise<WriteOutcome> {
  const before = presentAt(parts, wanted.id)
  const refusal = refusalOf(parts, wanted, before)
  if (refusal) return answer(parts, refusal)
  const after = newRecord(parts, wanted)
  await commitChange(parts, wanted.id, before, after)
  return { outcome: before ? 'replaced' : 'created', tag: after.tag }
}

function newRecord(
  { clock, sequence }: DocumentWriterParts,
  { content: { contentType, body, icon }, body: { place, payload } }: WantedDocument,
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
  const { transactions, iconIndex, references, totals, sequence } = parts
  const key = documentKey(id)
  const encoded = after && encodeDocument(after)
  const operations = [
    encoded
      ? ({ type: 'put', key, value: encoded.bytes } as const)
      : ({ type: 'del', key } as const),
    ...iconIndex.operations(id, before?.record, after),
    ...usageOperations(id, before, after),
    ...references.operations(blobsOf(before?.record), blobsOf(after)),
    ...totals.operations(id.tree, difference(before, after)),
    ...(after ? [sequence.operation()] : []),
  ]
  return transactions.commit(operations, () => {
    parts.cache.set(key, encoded?.record ?? null)
    announceChange(parts, id, before, after)
  })
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
