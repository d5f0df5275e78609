/** Derived check: the indexes and counts of a store, laid beside those that its records ask for. */
import type { LevelDatabase } from '../level-database.ts'
import { openJson, openRecord } from '../record-envelope.ts'
import { keysBelow, type RecordKind } from '../record-key.ts'
import { RecordUnreadable } from '../record-unreadable.ts'

export interface Difference {
  readonly what: 'missing' | 'wrong' | 'orphan'
  readonly key: string
  /** What should stand there; absent: nothing. */
  readonly expected?: Buffer
}

type Entries = Pick<LevelDatabase, 'entries'>
type Entry = readonly [key: string, value: Buffer]

/** Both are read in the order of their keys, side by side. */
export async function* differencesIn(
  kind: RecordKind,
  { actual, expected }: { actual: Entries; expected: Entries },
): AsyncIterable<Difference> {
  const [present, wanted] = [iterate(actual, kind), iterate(expected, kind)]
  let [one, other] = [await next(present), await next(wanted)]
  while (one || other) {
    if (one && (!other || one[0] < other[0])) {
      yield { what: 'orphan', key: one[0] }
      one = await next(present)
    } else if (other && (!one || other[0] < one[0])) {
      yield { what: 'missing', key: other[0], expected: other[1] }
      other = await next(wanted)
    } else if (one && other) {
      if (!isAsExpected(kind, one, other)) {
        yield { what: 'wrong', key: one[0], expected: other[1] }
      }
      ;[one, other] = [await next(present), await next(wanted)]
    }
  }
}

const iterate = (database: Entries, kind: RecordKind) =>
  database.entries(keysBelow(kind))[Symbol.asyncIterator]()

async function next(entries: AsyncIterator<Entry>): Promise<Entry | undefined> {
  const result = await entries.next()
  return result.done === true ? undefined : result.value
}

function isAsExpected(kind: RecordKind, [key, actual]: Entry, [, expected]: Entry): boolean {
  try {
    openRecord(key, actual)
  } catch (error) {
    if (error instanceof RecordUnreadable) return false
    throw error
  }
  if (actual.equals(expected)) return true
  // Which icon is the newest is left open after the newest went away.
  if (kind !== 'icons') return false
  const [is, should] = [openJson(key, actual), openJson(key, expected)] as [Icons, Icons]
  return is.count === should.count && is.path === undefined
}

interface Icons {
  readonly count: number
  readonly path?: string
}
