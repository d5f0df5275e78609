/** Record check: every record of one kind is read; what cannot be read is told, and taken out where the store is repaired. */
import type { StoreProblem } from '../../model/store-problem.ts'
import type { WriteOperation } from '../level-database.ts'
import { keysBelow, type KeyRange, type RecordKind } from '../record-key.ts'
import { RecordUnreadable } from '../record-unreadable.ts'
import type { LostRecords } from './lost-records.ts'
import { RECORD_SHAPES } from './record-shapes.ts'

/** A database, or what one held at a time. */
export interface CheckedDatabase {
  readonly entries: (range: KeyRange) => AsyncIterable<readonly [key: string, value: Buffer]>
  /** Rejects with RecordUnreadable. */
  readonly read: (key: string) => Promise<Buffer | undefined>
}

/** What a repair needs; without it nothing is changed. */
interface Repair {
  readonly write: (operations: readonly WriteOperation[]) => Promise<void>
  readonly lost: LostRecords
}

export interface RecordCheck {
  readonly database: CheckedDatabase
  readonly repair?: Repair | undefined
  readonly found: (what: StoreProblem['what'], where: string) => void
  /** Told of every record that was looked at. What it throws ends the check. */
  readonly progress: (what: string) => void
}

/** What `open` cannot read is taken out of the store, and kept. */
export async function checkRecords(
  { database, repair, found, progress }: RecordCheck,
  kind: RecordKind,
  open: (key: string, bytes: Buffer) => unknown,
): Promise<void> {
  for await (const [key, bytes] of database.entries(keysBelow(kind))) {
    progress(kind)
    try {
      await open(key, bytes)
    } catch (error) {
      if (!(error instanceof RecordUnreadable || error instanceof SyntaxError)) throw error
      found('unreadable', key)
      await repair?.lost.keep(key, bytes)
      await repair?.write([{ type: 'del', key }])
    }
  }
}

/** Throws RecordUnreadable also where the record has another form than its readers rely on. */
export function shaped<T>(
  kind: keyof typeof RECORD_SHAPES,
  open: (key: string, bytes: Buffer) => T,
) {
  return (key: string, bytes: Buffer): T => {
    const record = open(key, bytes)
    if (RECORD_SHAPES[kind](record)) return record
    throw new RecordUnreadable(key, 'it has not the form of its kind')
  }
}
