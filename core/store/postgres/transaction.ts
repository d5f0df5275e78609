/** Transaction: reads and writes that are done together, once, whatever happens to the connection. */
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import {
  beginOperation,
  logChanges,
  OPERATION_ONCE,
  wasDone,
  type LoggedChange,
} from './change-log.ts'
import type { Query, Session } from './connection.ts'
import { isUniqueViolation } from './failure.ts'
import type { Lanes } from './lanes.ts'
import { newOperation, type Operation } from './operation.ts'
import type { Retrying } from './retrying.ts'

interface Transaction {
  /** Statements that are asked for together travel together. READ COMMITTED: each sees what is stored when it begins. */
  readonly query: Query
  /** Told to the other nodes, in this order, when the transaction is done. */
  readonly log: (change: LoggedChange) => void
}

/**
 * Runs `work` in a transaction, again when it must be repeated: it has no effects but its statements.
 * What `work` itself throws undoes the transaction and passes. Rejects with StoreUnavailable.
 */
export type RunTransaction = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>

export function createTransactionRunner({
  lanes,
  retrying,
  node,
  afterwards,
}: {
  lanes: Lanes
  retrying: Retrying
  node: string
  /** Something was logged. */
  afterwards: () => void
}): RunTransaction {
  return async <T>(work: (transaction: Transaction) => Promise<T>) => {
    const operation = newOperation()
    // What the last attempt came to before its COMMIT, which may have been done without our hearing of it.
    let last: Attempt<T> | undefined
    const attempt = (isRepeat: boolean) =>
      lanes.use(async (lane) => {
        const session = await lane.session()
        if (isRepeat && last && (await wasDone(session, operation))) return last
        return attemptIn(session, { operation, node, work, willCommit: (it) => (last = it) })
      })
    const done = await retrying
      .run(attempt, (error) => error instanceof WorkFailed || alreadyDone(error))
      .catch((error: unknown) => {
        if (error instanceof WorkFailed) throw error.cause
        if (alreadyDone(error) && last) return last
        throw error
      })
    if (done.hasLogged) afterwards()
    return done.result
  }
}

interface Attempt<T> {
  readonly result: T
  readonly hasLogged: boolean
}

const alreadyDone = (error: unknown) => isUniqueViolation(error, OPERATION_ONCE)

/** Carries what `work` itself threw past the repetitions. */
class WorkFailed extends Error {}

async function attemptIn<T>(
  session: Session,
  {
    operation,
    node,
    work,
    willCommit,
  }: {
    operation: Operation
    node: string
    work: (transaction: Transaction) => Promise<T>
    willCommit: (attempt: Attempt<T>) => void
  },
): Promise<Attempt<T>> {
  const changes: LoggedChange[] = []
  try {
    // Not waited for: the first statement of the work travels with them.
    const begun = allOf([
      session.query({ text: 'BEGIN' }),
      session.query(beginOperation(operation, node)),
    ])
    const result = await workIn(session, { begun, changes, work })
    const attempt = { result, hasLogged: changes.length > 0 }
    willCommit(attempt)
    const logged = attempt.hasLogged ? [session.query(logChanges(operation, node, changes))] : []
    const [isDone] = await Promise.all([session.commit(), allOf(logged)])
    if (!isDone)
      throw new StoreUnavailable('failed', 'a statement failed, and its transaction went on')
    return attempt
  } catch (error) {
    // Without waiting for an answer: the next one on this connection begins afresh.
    session.query({ text: 'ROLLBACK' }).catch(() => undefined)
    throw error
  }
}

async function workIn<T>(
  session: Session,
  {
    begun,
    changes,
    work,
  }: {
    begun: Promise<unknown>
    changes: LoggedChange[]
    work: (transaction: Transaction) => Promise<T>
  },
): Promise<T> {
  const ofDatabase = new Set<unknown>()
  const query: Query = (statement) =>
    session.query<never>(statement).catch((error: unknown) => {
      ofDatabase.add(error)
      throw error
    })
  const [first, second] = await Promise.allSettled([
    begun,
    work({ query, log: (it) => changes.push(it) }),
  ])
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'fulfilled') return second.value
  if (ofDatabase.has(second.reason)) throw second.reason
  throw new WorkFailed('', { cause: second.reason })
}

/** Rejects with the first that failed: what was sent behind it fails for no reason of its own. */
async function allOf(answers: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(answers)) {
    if (result.status === 'rejected') throw result.reason
  }
}
