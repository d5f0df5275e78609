/** Tree totals: how many documents a tree has and how long they are, counted in the batch that writes the document. */
import type { DocumentTree } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import type { Allowance } from '../model/stores.ts'
import type { WriteOperation } from './level-database.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { recordKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'

/** Of a tree, or what a write adds to it. */
export interface Totals {
  readonly documents: number
  readonly bytes: number
}

export const NOTHING: Totals = { documents: 0, bytes: 0 }

export interface TreeTotals {
  /** What a tree has after a write that adds `growth`; undefined: what it has already. */
  readonly after: (tree: DocumentTree, growth: Totals) => Totals | undefined
}

export function createTreeTotals({
  latest,
  log,
}: {
  /** The newest value under a key, writes under way included. */
  latest: (key: string) => Buffer | undefined
  log: Log
}): TreeTotals {
  return {
    after(tree, growth) {
      if (growth.documents === 0 && growth.bytes === 0) return undefined
      const key = totalsKey(tree)
      const record = latest(key)
      // An unreadable total must not lock anybody out.
      const before = record
        ? readableOr(NOTHING, log, () => openJson(key, record) as Totals)
        : NOTHING
      return totalsWith(before, growth)
    },
  }
}

export function totalsWith(before: Totals, growth: Totals): Totals {
  return {
    documents: Math.max(0, before.documents + growth.documents),
    bytes: Math.max(0, before.bytes + growth.bytes),
  }
}

/** What a tree has too much of with these totals, if the write lets it grow. */
export function exceeded(
  totals: Totals,
  growth: Totals,
  allowance: Allowance,
): keyof Allowance | undefined {
  if (growth.documents > 0 && totals.documents > allowance.documents) return 'documents'
  return growth.bytes > 0 && totals.bytes > allowance.bytes ? 'bytes' : undefined
}

export function totalsOperation(tree: DocumentTree, totals: Totals): WriteOperation {
  const key = totalsKey(tree)
  return totals.documents > 0 ? { type: 'put', key, value: sealJson(totals) } : { type: 'del', key }
}

const totalsKey = (tree: DocumentTree) => recordKey('totals', tree)

/** What a write adds to a tree. The size of a document that cannot be read is not known. */
export function growthBy(
  before: { readonly record?: { readonly size: number } } | undefined,
  after: { readonly size: number } | undefined,
): Totals {
  return {
    documents: (after ? 1 : 0) - (before ? 1 : 0),
    bytes: (after?.size ?? 0) - (before?.record?.size ?? 0),
  }
}
