/** Finds the server that takes writes among several, and refuses one that was replaced by another. */
import pg from 'pg'
import { briefly } from './failure.ts'
import type { PostgresPlace } from './postgres-url.ts'

interface OpenedClient {
  readonly client: pg.Client
  /** Rises whenever a standby is promoted. */
  readonly timeline: number
}

export interface PrimaryFinder {
  /** A connection to it. Rejects when there is none at the moment. */
  readonly open: (purpose: string, answerPatience?: number) => Promise<OpenedClient>
  /** The highest timeline that was seen: a connection with a lower one goes to a primary of yesterday. */
  readonly timeline: () => number
}

/** Milliseconds, all of them of real time: another machine does not wait for our clock. */
const CONNECT_PATIENCE = 2_000
const ANSWER_PATIENCE = 3_000
const LOCK_PATIENCE = 2_000

/** Numbers are numbers: none of ours outgrows 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: Parameters<typeof pg.types.getTypeParser>[0], format: 'text') =>
    oid === pg.types.builtins.INT8
      ? Number
      : (pg.types.getTypeParser(oid, format) as unknown)) as never,
}

/**
 * What is acknowledged is on the disk here and with the synchronous standby, whatever the server's own setting; nobody waits
 * for a lock longer than for an answer, and the locks of a machine that is gone are released.
 */
const INTRODUCTION = {
  text: `SELECT CASE WHEN NOT pg_is_in_recovery() THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS timeline,
  set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply'
    THEN 'remote_apply' ELSE 'on' END, false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('lock_timeout', '${LOCK_PATIENCE}', false),
  set_config('idle_in_transaction_session_timeout', '10000', false),
  set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),
  set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '10000', false),
  set_config('jit', 'off', false)`,
}

export function createPrimaryFinder({
  place,
  node,
  schema,
}: {
  place: PostgresPlace
  node: string
  /** Where the tables are; absent: where the server looks for them. */
  schema?: string | undefined
}): PrimaryFinder {
  let timeline = 0

  async function openAt(client: pg.Client): Promise<OpenedClient> {
    const where = `${client.host}:${client.port}`
    const found = await introduce(client, schema)
    if (found === undefined) {
      discard(client)
      throw new Error(`${where} is a standby`)
    }
    if (found < timeline) {
      discard(client)
      throw new Error(`${where} was replaced by another primary`)
    }
    return { client, timeline: found }
  }

  return {
    timeline: () => timeline,
    async open(purpose, answerPatience = ANSWER_PATIENCE) {
      const application_name = `visage ${node} ${purpose}`.slice(0, LONGEST_NAME)
      const attempts = place.hosts.map((host) =>
        openAt(clientAt(host, place, { application_name, query_timeout: answerPatience })),
      )
      // At the first time nothing tells a primary of yesterday from that of today but the others' answers.
      const found = timeline === 0 ? await newestOf(attempts) : await firstOf(attempts)
      timeline = Math.max(timeline, found.timeline)
      return found
    },
  }
}

/** Of an application, in octets; the server cuts off what is longer. */
const LONGEST_NAME = 63

function clientAt(
  { host, port }: PostgresPlace['hosts'][number],
  { database, user, password, tls }: PostgresPlace,
  settings: pg.ClientConfig,
): pg.Client {
  const client = new pg.Client({
    ...{ host, port, database, user, password, types, ...settings },
    ssl: tls ?? false,
    ...{ pipeline: true, keepAlive: true, connectionTimeoutMillis: CONNECT_PATIENCE },
  })
  // Whoever uses it hears of its end by the queries; without a listener the process would end.
  client.on('error', () => undefined)
  return client
}

/** Gives the server's timeline; undefined: it takes no writes. */
async function introduce(client: pg.Client, schema?: string): Promise<number | undefined> {
  try {
    await client.connect()
    const { rows } = await client.query<{ timeline: string | null }>(INTRODUCTION)
    if (schema !== undefined) await client.query(`SET search_path TO ${schema}`)
    const timeline = Number.parseInt(rows[0]?.timeline ?? '', 16)
    return Number.isNaN(timeline) ? undefined : timeline
  } catch (error) {
    discard(client)
    throw error
  }
}

/** Does not wait for an answer of the server: it may never come. */
export function discard(client: pg.Client): void {
  client.connection.stream.destroy()
}

async function newestOf(attempts: readonly Promise<OpenedClient>[]): Promise<OpenedClient> {
  const results = await Promise.allSettled(attempts)
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const [newest, ...others] = opened.sort((one, other) => other.timeline - one.timeline)
  for (const { client } of others) discard(client)
  if (newest) return newest
  const reasons = results.map((result): unknown =>
    result.status === 'rejected' ? result.reason : undefined,
  )
  throw nobody(reasons)
}

async function firstOf(attempts: readonly Promise<OpenedClient>[]): Promise<OpenedClient> {
  const first = await Promise.any(attempts).catch((error: unknown) => {
    throw nobody(error instanceof AggregateError ? error.errors : [error])
  })
  for (const attempt of attempts) {
    attempt.then(
      ({ client }) => {
        if (client !== first.client) discard(client)
      },
      () => undefined,
    )
  }
  return first
}

function nobody(reasons: readonly unknown[]): Error {
  return new Error(`no server takes writes: ${reasons.map(briefly).join('; ')}`)
}
