/** Transactions: read the newest state and write on top of it in one synchronous step, so that nobody comes between. */
import { createGroupCommit } from './group-commit.ts'
import type { LevelDatabase, WriteOperation } from './level-database.ts'

export interface Transactions {
  /** Wait for this before the step: while the database is being reopened nothing can be read at once. */
  readonly ready: () => Promise<void>
  /** Whether a write to the key is on its way to the disk. */
  readonly isUnderWay: (key: string) => boolean
  /** The value under a key, writes on their way to the disk included. Throws StoreUnavailable. */
  readonly latest: (key: string) => Buffer | undefined
  /**
   * Resolves when the operations, and everything that `latest` showed, are on the disk; rejects when not.
   * `afterwards` runs just before that, in the order of the commits.
   */
  readonly commit: (operations: readonly WriteOperation[], afterwards?: () => void) => Promise<void>
  readonly idle: () => Promise<void>
}

export function createTransactions({ database }: { database: LevelDatabase }): Transactions {
  const pending = new Map<string, WriteOperation>()
  const group = createGroupCommit({
    write: (operations) => database.write(lastOfEachKey(operations)),
    // Whatever was pending rested on the batch that failed, and is rejected with it.
    onFailure: () => {
      pending.clear()
    },
  })

  return {
    ready: database.ready,
    isUnderWay: (key) => pending.has(key),
    latest(key) {
      const operation = pending.get(key)
      if (operation) return operation.type === 'put' ? operation.value : undefined
      return database.readNow(key)
    },
    commit(operations, afterwards) {
      for (const operation of operations) pending.set(operation.key, operation)
      return group.commit(operations, () => {
        for (const operation of operations) {
          if (pending.get(operation.key) === operation) pending.delete(operation.key)
        }
        afterwards?.()
      })
    },
    idle: group.idle,
  }
}

/** What all of a batch write, such as the last sequence number, goes into it once. */
function lastOfEachKey(operations: readonly WriteOperation[]): readonly WriteOperation[] {
  const last = new Map(operations.map((operation) => [operation.key, operation]))
  return last.size === operations.length ? operations : [...last.values()]
}
