/** Sequence numbers: which of two documents was stored last. They go on rising after a restart. */
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { LevelDatabase, WriteOperation } from './level-database.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { recordKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'

export interface SequenceNumbers {
  readonly next: () => number
  /** From now on the numbers are above this one. */
  readonly reach: (number: number) => void
  /** The highest that any document has. */
  readonly last: () => number
  /** Goes into the batch with the record that bears the number. */
  readonly operation: () => WriteOperation
}

const KEY = recordKey('sequence')

export function openSequenceNumbers({
  database,
  clock,
  log,
}: {
  database: LevelDatabase
  clock: Clock
  log: Log
}): SequenceNumbers {
  const record = database.readNow(KEY)
  // An unreadable number is replaced by one that no store has reached by counting.
  let last = record ? readableOr(clock.now(), log, () => openJson(KEY, record) as number) : 0
  return {
    next: () => ++last,
    last: () => last,
    reach(number) {
      last = Math.max(last, number)
    },
    operation: () => ({ type: 'put', key: KEY, value: sealJson(last) }),
  }
}
