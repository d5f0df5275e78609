/**
 * The database that several nodes share: reads, transactions, the feed of what others changed.
 * `read` for statements that change nothing; `transaction` for what must be done together, once; `feed` for what to forget.
 */
import type { Log } from '../../model/log.ts'
import { openChangeLogFeed, type ChangeLogFeed } from './change-log-feed.ts'
import { createConnection, type Connection, type Query } from './connection.ts'
import { briefly } from './failure.ts'
import { createLanes } from './lanes.ts'
import { migrate } from './migrations.ts'
import { takeNodeLease, type NodeLease } from './node-lease.ts'
import { parsePostgresUrl, shownPlace } from './postgres-url.ts'
import { createPrimaryFinder, type PrimaryFinder } from './primary.ts'
import { createRetrying, type Retrying } from './retrying.ts'
import { createTransactionRunner, type RunTransaction } from './transaction.ts'
import { createWakeUps } from './wake-up.ts'

export interface PostgresDatabase {
  /** This node's name. */
  readonly node: string
  /** One statement that changes nothing; repeated for some seconds, then StoreUnavailable. */
  readonly read: Query
  readonly transaction: RunTransaction
  readonly feed: ChangeLogFeed
  /** For what repeats its statements by rules of its own; one at a time. */
  readonly writer: Connection
  readonly retrying: Retrying
  /** For what takes its time, and may fail. */
  readonly upkeep: Connection
  /** Another connection, for who closes it. `answerPatience`: milliseconds. */
  readonly connect: (purpose: string, answerPatience: number) => Connection
  /** Something was logged by `writer`. */
  readonly announce: () => void
  readonly afterCrash: boolean
  readonly close: () => Promise<void>
}

/** One is used by one transaction at a time. */
const LANES = 3
const MIGRATION_PATIENCE_MS = 600_000
const UPKEEP_PATIENCE_MS = 60_000

/** Rejects with an Error for the operator, which holds no password. */
export async function openPostgresDatabase({
  url,
  node,
  schema,
  backupBeforeUpgrade = true,
  log,
}: {
  /** `postgres://user:password@host1,host2:5433/name?sslmode=verify-full`: of the hosts the one that takes writes is used. */
  url: string
  node: string
  schema?: string | undefined
  backupBeforeUpgrade?: boolean
  log: Log
}): Promise<PostgresDatabase> {
  const place = parsePostgresUrl(url)
  const primary = createPrimaryFinder({ place, node, schema })
  try {
    await migrateOn(primary, { log, backupBeforeUpgrade })
    return await openOn({ primary, node, log })
  } catch (error) {
    throw new Error(`the database ${shownPlace(place)} cannot be used: ${briefly(error)}`, {
      cause: error,
    })
  }
}

async function migrateOn(
  primary: PrimaryFinder,
  options: Parameters<typeof migrate>[1],
): Promise<void> {
  const connection = createConnection(primary, 'migration', MIGRATION_PATIENCE_MS)
  try {
    await migrate(connection, options)
  } finally {
    connection.close()
  }
}

interface Opening {
  readonly primary: PrimaryFinder
  readonly node: string
  readonly log: Log
}

async function openOn({ primary, node, log }: Opening): Promise<PostgresDatabase> {
  const connect = (purpose: string, answerPatience?: number) =>
    createConnection(primary, purpose, answerPatience)
  const lease = await leaseOf({ connection: connect('name'), node, log })
  const retrying = createRetrying()
  const { worked } = retrying
  const feed = await openChangeLogFeed({ connection: connect('feed'), node, log, worked })
  const wakeUps = createWakeUps({
    ...{ sending: connect('notify'), listening: connect('listen') },
    ...{ hear: feed.wake, log },
  })
  const lanes = createLanes(Array.from({ length: LANES }, () => connect('transaction')))
  const reader = connect('read')
  const writer = connect('event state')
  const upkeep = createConnection(primary, 'upkeep', UPKEEP_PATIENCE_MS)
  return {
    ...{ node, feed, writer, upkeep, retrying, connect },
    ...{ afterCrash: lease.afterCrash, announce: wakeUps.send },
    read: (statement) => retrying.run(() => reader.query(statement)),
    transaction: createTransactionRunner({ lanes, retrying, node, afterwards: wakeUps.send }),
    async close() {
      await Promise.all([feed.close(), wakeUps.close()])
      for (const connection of [lanes, reader, writer, upkeep]) connection.close()
      await lease.giveBack()
    },
  }
}

async function leaseOf(wanted: Parameters<typeof takeNodeLease>[0]): Promise<NodeLease> {
  try {
    return await takeNodeLease(wanted)
  } catch (error) {
    wanted.connection.close()
    throw error
  }
}
