/** Commit: one writing statement that says whether it was overtaken, together with the log row that tells of it. */
import type { LoggedChange } from './change-log.ts'
import { isUniqueViolation } from './failure.ts'
import type { RunTransaction } from './transaction.ts'

interface ConditionalWrite {
  readonly name: string
  /** Gives a row when it is done. */
  readonly text: string
  readonly values: readonly unknown[]
  readonly change: LoggedChange
}

/**
 * Gives whether it was done; otherwise somebody came between, and nothing was. Resolves when this node, too, has heard of it.
 * Rejects with StoreUnavailable.
 */
export type Commit = (write: ConditionalWrite) => Promise<boolean>

/** What another node has stored first, under a name that there is once only. */
const TAKEN_MEANWHILE = ['account_address_pkey', 'account_username_pkey']

class Overtaken extends Error {}

export function createCommit({
  transaction,
  heard,
}: {
  transaction: RunTransaction
  /** Resolves when the feed has told of everything that is stored by now. */
  heard: () => Promise<void>
}): Commit {
  async function tryWrite({ name, text, values, change }: ConditionalWrite): Promise<boolean> {
    return transaction(async ({ query, log }) => {
      const rows = await query({ name, text, values }).catch((error: unknown) => {
        const isTaken = TAKEN_MEANWHILE.some((rule) => isUniqueViolation(error, rule))
        throw isTaken ? new Overtaken('a name was taken meanwhile') : error
      })
      if (rows.length > 0) log(change)
      return rows.length > 0
    })
  }

  return async (write) => {
    const done = await tryWrite(write).catch((error: unknown) => {
      if (error instanceof Overtaken) return false
      throw error
    })
    if (done) await heard()
    return done
  }
}
