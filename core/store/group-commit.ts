/** Group commit: what is asked for in one event-loop turn, or during a write, goes to the disk as one batch. */
import type { WriteOperation } from './level-database.ts'

export interface GroupCommit {
  /**
   * Resolves when the operations, all or none, and everything asked for before them are written.
   * `afterwards` runs just before that, in the order of the calls.
   * A batch that fails takes with it what was queued behind it, since that may rest on it.
   */
  readonly commit: (operations: readonly WriteOperation[], afterwards?: () => void) => Promise<void>
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>
}

interface Call {
  readonly operations: readonly WriteOperation[]
  readonly afterwards: (() => void) | undefined
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

export function createGroupCommit({
  write,
  onFailure,
}: {
  write: (operations: readonly WriteOperation[]) => Promise<void>
  /** Runs when a batch failed, before its calls are rejected. */
  onFailure?: () => void
}): GroupCommit {
  let queued: Call[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    // Let the present turn of the event loop ask for all it wants.
    await new Promise((next) => setImmediate(next))
    while (queued.length > 0) {
      const batch = queued
      queued = []
      await writeBatch(batch)
    }
    running = undefined
  }

  async function writeBatch(batch: readonly Call[]): Promise<void> {
    const operations = batch.flatMap((call) => call.operations)
    try {
      if (operations.length > 0) await write(operations)
    } catch (error) {
      const lost = [...batch, ...queued]
      queued = []
      onFailure?.()
      for (const call of lost) call.reject(error)
      return
    }
    for (const call of batch) finish(call)
  }

  return {
    commit: (operations, afterwards) =>
      new Promise((resolve, reject) => {
        queued.push({ operations, afterwards, resolve, reject })
        running ??= run()
      }),
    idle: () => running ?? Promise.resolve(),
  }
}

function finish({ afterwards, resolve }: Call): void {
  afterwards?.()
  resolve()
}
