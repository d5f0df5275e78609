/** Change log: which rows a transaction writes, so that the other nodes hear of it and so that it is known to be done. */
import type { Session, Statement } from './connection.ts'
import type { Operation } from './operation.ts'

/** What the log tells of. `operation`: nobody needs to hear of it. */
export type LoggedKind =
  | 'operation'
  | 'publication'
  | 'watchers'
  | 'binding'
  | 'adopted'
  | 'document'
  | 'account'
  | 'session'

/** The log keeps these for longer: which documents were changed cannot be read anew. */
export const LASTING_KINDS: readonly LoggedKind[] = ['document', 'account']

export interface LoggedChange {
  readonly kind: LoggedKind
  /** JSON; what it is depends on the kind. */
  readonly subject: unknown
}

/** The constraint that a second attempt violates when the first was done. */
export const OPERATION_ONCE = 'change_log_operation'

/**
 * The first statement of a transaction: it waits for an earlier attempt that is still under way, and fails by OPERATION_ONCE
 * when that was done.
 */
export function beginOperation(operation: Operation, node: string): Statement {
  return {
    name: 'begin-operation',
    text: `INSERT INTO change_log (operation, position, node, kind) VALUES ($1, 0, $2, 'operation')`,
    values: [operation, node],
  }
}

/** The last statement before COMMIT. */
export function logChanges(
  operation: Operation,
  node: string,
  changes: readonly LoggedChange[],
): Statement {
  return {
    name: 'log-changes',
    text: `INSERT INTO change_log (operation, position, node, kind, subject)
      SELECT $1, position, $2, change ->> 'kind', change -> 'subject'
      FROM json_array_elements($3::json) WITH ORDINALITY AS changes (change, position) ORDER BY position`,
    values: [operation, node, JSON.stringify(changes)],
  }
}

export async function wasDone(session: Session, operation: Operation): Promise<boolean> {
  const rows = await session.query({
    name: 'was-done',
    text: 'SELECT 1 FROM change_log WHERE operation = $1 AND position = 0',
    values: [operation],
  })
  return rows.length > 0
}
