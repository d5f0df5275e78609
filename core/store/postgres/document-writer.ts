/** Document writer: what a tree holds is read, the write judged, and carried out only if nobody came between. */
import type { Clock } from '../../model/clock.ts'
import type { DocumentId } from '../../model/document-id.ts'
import { newEntityTag, type EntityTag } from '../../model/entity-tag.ts'
import type { Preconditions } from '../../model/preconditions.ts'
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import type { Allowance, DocumentContent, DocumentStore, WriteOutcome } from '../../model/stores.ts'
import { sha256 } from '../blob-files.ts'
import { refusalOf } from '../document-change.ts'
import { growthBy, totalsWith } from '../tree-totals.ts'
import { createTurns } from '../turns.ts'
import type { Query } from './connection.ts'
import type { Commit } from './commit.ts'
import type { ImageSweep } from './image-sweep.ts'
import { namesOf, type LoggedDocument } from './document-row.ts'
import { readPresent, type PresentTree } from './document-present.ts'
import { DELETE_DOCUMENT, deletionValues, PUT_DOCUMENT, putValues } from './document-statements.ts'

interface Parts {
  readonly query: Query
  readonly commit: Commit
  readonly clock: Clock
  readonly images: Pick<ImageSweep, 'sweep'>
}

/** How often somebody on another node may come between before the request is refused. */
const MOST_ATTEMPTS = 100

export function createDocumentWriter(parts: Parts): Pick<DocumentStore, 'put' | 'delete'> {
  // Writes to one tree that come here at once would only get in each other's way.
  const turns = createTurns()

  function untilSettled(id: DocumentId, attempt: () => Promise<WriteOutcome | 'overtaken'>) {
    return turns.take(id.tree, async () => {
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
        const outcome = await attempt()
        if (outcome !== 'overtaken') return outcome
      }
      throw new StoreUnavailable('failed', `others keep writing to the tree ${id.tree}`)
    })
  }

  return {
    async put(id, content, conditions, allowance) {
      checkImage(content)
      const wanted = { id, content, conditions, ...(allowance && { allowance }) }
      return untilSettled(id, () => tryPut(parts, wanted))
    },
    delete: (id, conditions) => untilSettled(id, () => tryDelete(parts, id, conditions)),
  }
}

/** Throws a RangeError when the image is not the one that its hash names. */
export function checkImage({ icon }: DocumentContent): void {
  if (icon && sha256(icon.bytes) !== icon.hash) {
    throw new RangeError(`${icon.hash} is not the SHA-256 of the bytes`)
  }
}

interface WantedDocument {
  readonly id: DocumentId
  readonly content: DocumentContent
  readonly conditions: Preconditions
  readonly allowance?: Allowance
}

async function tryPut(
  { query, commit, clock, images }: Parts,
  wanted: WantedDocument,
): Promise<WriteOutcome | 'overtaken'> {
  const { id, content } = wanted
  const present = await readPresent(query, id)
  const change = changeOf(present, { size: content.body.length })
  const refusal = refusalOf(change, wanted)
  if (refusal) return refusal
  const tag = newEntityTag()
  const won = await commit({
    ...PUT_DOCUMENT,
    values: putValues(present, change.totals, { id, content, tag, storedAt: clock.now() }),
    change: toldOf(id, change.before?.tag, tag),
  })
  if (!won) return 'overtaken'
  giveUp(images, present, content.icon?.hash)
  return { outcome: change.before ? 'replaced' : 'created', tag }
}

async function tryDelete(
  { query, commit, images }: Parts,
  id: DocumentId,
  conditions: Preconditions,
): Promise<WriteOutcome | 'overtaken'> {
  const present = await readPresent(query, id)
  const change = changeOf(present, undefined)
  // Conditions count only where the request would succeed without them. RFC 9110 §13.2.1
  if (!change.before) return { outcome: 'absent' }
  const refusal = refusalOf(change, { conditions })
  if (refusal) return refusal
  const { tag } = change.before
  const won = await commit({
    ...DELETE_DOCUMENT,
    values: deletionValues(present, change.totals, id),
    change: toldOf(id, tag, undefined),
  })
  if (!won) return 'overtaken'
  giveUp(images, present, undefined)
  return { outcome: 'deleted', tag }
}

/** What the document does not carry any more may be of no use to anybody. */
function giveUp(
  images: Parts['images'],
  { document }: PresentTree,
  kept: string | undefined,
): void {
  const before = document?.image ?? undefined
  if (before !== undefined && before !== kept) images.sweep(before)
}

/** What the write would be at this moment. `after`: the document then, undefined when it is deleted. */
export function changeOf(
  { document, totals }: PresentTree,
  after: { readonly size: number } | undefined,
) {
  const growth = growthBy(document && { record: document }, after)
  return { before: document, growth, totals: totalsWith(totals, growth) }
}

export function toldOf(
  id: DocumentId,
  before: EntityTag | undefined,
  after: EntityTag | undefined,
) {
  const tags = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
  const subject: LoggedDocument = { names: namesOf(id), ...tags }
  return { kind: 'document', subject } as const
}
