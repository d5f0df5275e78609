/** Writes one batch of event state once, however often it takes, and tells which publications another member had changed. */
import { recordKey } from '../record-key.ts'
import { OPERATION_ONCE } from './change-log.ts'
import type { Query } from './connection.ts'
import { writeStatement, type EventStateBatch } from './event-state-statement.ts'
import { failureOf, isUniqueViolation, unavailable } from './failure.ts'
import { newOperation, type Operation } from './operation.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { originalText } from './stored-text.ts'

/** The database will not store something in the batch, now or later; `cause` is the StoreUnavailable. */
export class Refused extends Error {}

/** Presentity, event package, ID, as they are stored. */
type Name = readonly [string, string, string]
/** Null: all of them. */
type Accepted = readonly Name[] | null

/** Gives the names of the publications that were not written. Rejects with StoreUnavailable or Refused. */
export async function writeBatch(
  batch: EventStateBatch,
  { node, writer, retrying }: Pick<PostgresDatabase, 'node' | 'writer' | 'retrying'>,
): Promise<ReadonlySet<string>> {
  const operation = newOperation()
  const statement = writeStatement(batch, { operation, node })
  const accepted = await retrying
    .run(
      async (isRepeat) => {
        const before = isRepeat ? await acceptedBy(operation, writer.query) : undefined
        if (before) return before
        const [row] = await writer.query<{ accepted: Accepted }>(statement)
        const now = row?.accepted ?? null
        if (!isRepeat || now === null) return now
        // An attempt before may have been done after all, and somebody may have written on top of it since.
        return (await acceptedBy(operation, writer.query)) ?? now
      },
      (error) => failureOf(error) === 'refused',
    )
    .catch(async (error: unknown) => {
      if (failureOf(error) !== 'refused') throw error
      const done = isUniqueViolation(error, OPERATION_ONCE)
      const before = done ? await acceptedBy(operation, writer.query) : undefined
      if (before) return before
      throw new Refused('', { cause: unavailable(error) })
    })
  return lostOf(batch, accepted)
}

/** Undefined: the operation was not done, or it wrote nothing. */
async function acceptedBy(
  operation: Operation,
  query: Query,
): Promise<readonly Name[] | undefined> {
  const rows = await query<{ kind: string; subject: Name }>({
    name: 'accepted-by',
    text: 'SELECT kind, subject FROM change_log WHERE operation = $1',
    values: [operation],
  })
  if (rows.length === 0) return undefined
  return rows.filter(({ kind }) => kind === 'publication').map(({ subject }) => subject)
}

const NONE: ReadonlySet<string> = new Set()

function lostOf({ publications }: EventStateBatch, accepted: Accepted): ReadonlySet<string> {
  if (accepted === null || accepted.length === publications.size) return NONE
  const lost = new Set(publications.keys())
  for (const name of accepted) lost.delete(recordKey('publication', ...name.map(originalText)))
  return lost
}
