/** Document writer: conditions, document, indexes and blob counts in one step and one batch. */
import type { Change } from '../model/change-feed.ts'
import type { Clock } from '../model/clock.ts'
import { PRES_CONTENT, type DocumentId } from '../model/document-id.ts'
import { newEntityTag, type EntityTag } from '../model/entity-tag.ts'
import type { Log } from '../model/log.ts'
import { preconditionsHold, type Preconditions } from '../model/preconditions.ts'
import type { DocumentContent, DocumentStore, WriteOutcome } from '../model/stores.ts'
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
import type { WriteOperation } from './level-database.ts'
import { readableOr } from './record-unreadable.ts'
import type { SequenceNumbers } from './sequence-numbers.ts'
import type { Transactions } from './transactions.ts'

/** What stands under a name at the moment: `record` is absent when it cannot be read. */
interface Present {
  readonly tag: EntityTag
  readonly record?: DocumentRecord
}

export function createDocumentWriter({
  transactions,
  shelf,
  icons,
  sequence,
  publish,
  forget,
  clock,
  log,
}: {
  transactions: Transactions
  shelf: BlobShelf
  icons: CurrentIcons
  sequence: SequenceNumbers
  publish: (change: Change) => void
  /** What is cached under this key is no longer so. */
  forget: (key: string) => void
  clock: Clock
  log: Log
}): Pick<DocumentStore, 'put' | 'delete'> {
  function presentAt(key: string): Present | undefined {
    const bytes = transactions.latest(key)
    if (!bytes) return undefined
    const record = readableOr(undefined, log, () => decodeDocument(key, bytes))
    // A document that cannot be read exists, and nobody can know its tag.
    return record ? { tag: record.tag, record } : { tag: newEntityTag() }
  }

  /** An answer that rests on writes under way waits for them, and fails with them. */
  async function answer(outcome: WriteOutcome): Promise<WriteOutcome> {
    await transactions.commit([])
    return outcome
  }

  function refuse(present: Present | undefined): Promise<WriteOutcome> {
    return answer({
      outcome: 'precondition-failed',
      ...(present && { current: present.tag }),
    })
  }

  function operationsFor(
    id: DocumentId,
    before: DocumentRecord | undefined,
    after: DocumentRecord | undefined,
  ): WriteOperation[] {
    const key = documentKey(id)
    return [
      after ? { type: 'put', key, value: encodeDocument(after) } : { type: 'del', key },
      ...icons.operations(id, before, after),
      ...shelf.countReferences(blobsOf(before), blobsOf(after)),
      ...(after ? [sequence.operation()] : []),
    ]
  }

  async function change(
    id: DocumentId,
    before: Present | undefined,
    after: DocumentRecord | undefined,
  ): Promise<void> {
    await transactions.commit(operationsFor(id, before?.record, after), () => {
      forget(documentKey(id))
      if (id.auid === PRES_CONTENT && id.tree !== 'global') icons.forget(id.tree)
      shelf.sweep(blobsOf(before?.record))
      publish({
        kind: 'document',
        id,
        ...(before && { before: before.tag }),
        ...(after && { after: after.tag }),
      })
    })
  }

  async function store(
    id: DocumentId,
    content: DocumentContent,
    body: PlacedBody,
    conditions: Preconditions,
  ): Promise<WriteOutcome> {
    await transactions.ready()
    const before = presentAt(documentKey(id))
    if (!preconditionsHold(conditions, before?.tag)) return refuse(before)
    const after = newRecord(content, body, { storedAt: clock.now(), sequence: sequence.next() })
    await change(id, before, after)
    return { outcome: before ? 'replaced' : 'created', tag: after.tag }
  }

  return {
    async put(id, content, conditions) {
      await transactions.ready()
      // Asked twice: here to write no blob in vain, and again in the step that writes the document.
      const before = presentAt(documentKey(id))
      if (!preconditionsHold(conditions, before?.tag)) return refuse(before)
      const body = placeBody(content)
      const outcome = await shelf.withBlobs(body.blobs, () => store(id, content, body, conditions))
      if (outcome.outcome === 'precondition-failed') {
        shelf.sweep(body.blobs.map(({ hash }) => hash))
      }
      return outcome
    },
    async delete(id, conditions) {
      await transactions.ready()
      const before = presentAt(documentKey(id))
      // Conditions count only where the request would succeed without them. RFC 9110 §13.2.1
      if (!before) return answer({ outcome: 'absent' })
      if (!preconditionsHold(conditions, before.tag)) return refuse(before)
      await change(id, before, undefined)
      return { outcome: 'deleted', tag: before.tag }
    },
  }
}

function newRecord(
  { contentType, body, icon }: DocumentContent,
  { place, payload }: PlacedBody,
  { storedAt, sequence }: { storedAt: number; sequence: number },
): DocumentRecord {
  const head = { tag: newEntityTag(), storedAt, sequence, contentType, size: body.length }
  if (!icon) return { ...head, place, payload }
  const { mediaType, width, height, size, hash, sha1, token } = icon
  return { ...head, icon: { mediaType, width, height, size, hash, sha1 }, token, place, payload }
}
