/** Document change: what a write meets under a name, what it makes of the tree, and what stands in its way. */
import type { DocumentId } from '../model/document-id.ts'
import { newEntityTag, type EntityTag } from '../model/entity-tag.ts'
import type { Log } from '../model/log.ts'
import { preconditionsHold, type Preconditions } from '../model/preconditions.ts'
import type { Allowance, WriteOutcome } from '../model/stores.ts'
import type { DocumentCache } from './document-cache.ts'
import { decodeDocument, documentKey, type DocumentRecord } from './document-record.ts'
import { readableOr } from './record-unreadable.ts'
import type { Transactions } from './transactions.ts'
import { exceeded, growthBy, type Totals, type TreeTotals } from './tree-totals.ts'

/** A document that is there: `record` is absent when it cannot be read. */
export interface Present {
  readonly tag: EntityTag
  readonly record?: DocumentRecord
}

export interface DocumentChange extends JudgedChange {
  readonly before: Present | undefined
}

/** What decides whether a change may be made. */
export interface JudgedChange {
  readonly before: { readonly tag: EntityTag } | undefined
  readonly growth: Totals
  /** Of the tree afterwards; undefined: as they are. */
  readonly totals: Totals | undefined
}

interface Parts {
  readonly transactions: Transactions
  readonly totals: TreeTotals
  readonly cache: DocumentCache
  readonly log: Log
}

/** The change that a write would be at this moment. `after`: the document then, undefined when it is deleted. */
export function changeNow(
  parts: Parts,
  id: DocumentId,
  after: { readonly size: number } | undefined,
): DocumentChange {
  const before = presentAt(parts, id)
  const growth = growthBy(before, after)
  return { before, growth, totals: parts.totals.after(id.tree, growth) }
}

function presentAt({ transactions, cache, log }: Parts, id: DocumentId): Present | undefined {
  const key = documentKey(id)
  const known = transactions.isUnderWay(key) ? undefined : cache.get(key)
  if (known !== undefined) return known ? { tag: known.tag, record: known } : undefined
  const bytes = transactions.latest(key)
  if (!bytes) return undefined
  const record = readableOr(undefined, log, () => decodeDocument(key, bytes))
  // A document that cannot be read exists, and nobody can know its tag.
  return record ? { tag: record.tag, record } : { tag: newEntityTag() }
}

/** Why the change must not be made; undefined: it may. */
export function refusalOf(
  { before, growth, totals }: JudgedChange,
  { conditions, allowance }: { conditions: Preconditions; allowance?: Allowance },
): WriteOutcome | undefined {
  if (!preconditionsHold(conditions, before?.tag)) {
    return { outcome: 'precondition-failed', ...(before && { current: before.tag }) }
  }
  const limit = totals && allowance && exceeded(totals, growth, allowance)
  return limit && { outcome: 'no-room', limit }
}
