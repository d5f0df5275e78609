/** Snapshots of a Level database: what it holds at a time, however it goes on. */
import type { Level } from 'level'
import type { KeyRange } from './record-key.ts'
import { RecordUnreadable } from './record-unreadable.ts'

export interface DatabaseSnapshot {
  readonly entries: (range: KeyRange) => AsyncIterable<readonly [key: string, value: Buffer]>
  /** Rejects with RecordUnreadable. */
  readonly read: (key: string) => Promise<Buffer | undefined>
  readonly close: () => Promise<void>
}

export interface Snapshots {
  readonly open: () => DatabaseSnapshot
  /** Whether one is not closed. */
  readonly isAny: () => boolean
}

export function createSnapshots(level: Level<string, Buffer>, folder: string): Snapshots {
  const open = new Set<DatabaseSnapshot>()
  return {
    isAny: () => open.size > 0,
    open() {
      const snapshot = level.snapshot()
      const opened: DatabaseSnapshot = {
        read: (key) =>
          level.get(key, { snapshot }).catch((error: unknown) => {
            throw new RecordUnreadable(key, `${folder}: ${String(error)}`)
          }),
        async *entries(range) {
          yield* level.iterator({ ...range, snapshot })
        },
        close() {
          open.delete(opened)
          return snapshot.close()
        },
      }
      open.add(opened)
      return opened
    },
  }
}
