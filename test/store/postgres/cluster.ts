/** A PostgreSQL cluster of a test's own: a primary and, when asked for, synchronous standbys, in a temporary folder. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import pg from 'pg'
import { freePort } from '../../support/free-port.ts'
import { requireProgram } from '../../support/programs.ts'
import { giveFolder, runTool, startServer, type Server } from './server-programs.ts'

export interface PostgresCluster {
  /** Names every server there is, the primary first. */
  readonly url: (database?: string) => string
  readonly primary: PostgresServer
  /** Gives the name of a new database, empty or a copy of another to which nobody is connected. */
  readonly createDatabase: (copied?: string) => Promise<string>
  /** A copy of the primary, without which no commit is acknowledged from now on. */
  readonly synchronousStandby: () => Promise<PostgresServer>
  readonly stop: () => Promise<void>
}

interface PostgresServer {
  readonly port: number
  readonly url: (database?: string) => string
  /** Makes a primary of a standby. */
  readonly promote: () => Promise<void>
  /** All of its processes; `SIGSTOP` and `SIGCONT` freeze and thaw it. */
  readonly kill: (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void
  /** As it was left, after a kill. */
  readonly restart: () => Promise<void>
  /** The answer to one statement, asked as superuser. */
  readonly query: (text: string, database?: string) => Promise<Record<string, unknown>[]>
}

interface ClusterOptions {
  /** Without it an operating system that dies loses what was acknowledged; a killed server does not. Default: false. */
  readonly fsync?: boolean
}

/** One for a file of tests: everything ends with it. Undefined: PostgreSQL is not installed, and `t` is skipped. */
export async function clusterOf(
  t: TestContext,
  options?: ClusterOptions,
): Promise<PostgresCluster | undefined> {
  return requireProgram(t, 'postgres') ? startCluster(options) : undefined
}

/** Its caller stops it; when the process ends before, what runs is killed and the folder removed. */
export async function startCluster({
  fsync = false,
}: ClusterOptions = {}): Promise<PostgresCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-postgres-'))
  const servers: RunningServer[] = []
  const remove = () => {
    for (const server of servers) server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  giveFolder(folder)

  const primaryFolder = join(folder, 'primary')
  await runTool('initdb', [
    '-D',
    primaryFolder,
    '-U',
    'visage',
    '-A',
    'trust',
    '--no-sync',
    '--no-locale',
    '-E',
    'UTF8',
  ])
  const settings = [`fsync=${fsync ? 'on' : 'off'}`]
  const primary = await openServer({ folder: primaryFolder, settings })
  servers.push(primary)
  let databases = 0

  return {
    primary,
    url: (database = 'postgres') =>
      `postgres://visage@${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${database}`,
    async createDatabase(copied = 'template1') {
      const name = `visage_${++databases}`
      await primary.query(`CREATE DATABASE ${name} TEMPLATE ${copied} STRATEGY wal_log`)
      return name
    },
    async synchronousStandby() {
      const name = `standby_${servers.length}`
      const standbyFolder = join(folder, name)
      await runTool('pg_basebackup', [
        ...['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'visage', '-D', standbyFolder],
        ...['-R', '-X', 'stream', '-c', 'fast', '--no-sync'],
      ])
      const standby = await openServer({
        folder: standbyFolder,
        // The name by which the primary knows it; and it need not wait for the primary for long to be promoted.
        settings: [...settings, `cluster_name=${name}`, 'wal_retrieve_retry_interval=100ms'],
      })
      servers.push(standby)
      await waitForIt(primary, name)
      return standby
    },
    async stop() {
      process.off('exit', remove)
      await Promise.all(servers.map((server) => server.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Stops the cluster when the file's tests are over. */
export function stopAfterwards(cluster: PostgresCluster): PostgresCluster {
  after(() => cluster.stop())
  return cluster
}

async function waitForIt(primary: PostgresServer, standby: string): Promise<void> {
  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = '${standby}'`)
  await primary.query('SELECT pg_reload_conf()')
  for (;;) {
    const [row] = await primary.query(
      `SELECT 1 FROM pg_stat_replication WHERE application_name = '${standby}' AND sync_state = 'sync'`,
    )
    if (row) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

interface RunningServer extends PostgresServer {
  readonly stop: () => Promise<void>
}

async function openServer({
  folder,
  settings,
}: {
  folder: string
  settings: readonly string[]
}): Promise<RunningServer> {
  const port = await freePort()
  const start = () => startServer({ folder, port, settings })
  const url = (database = 'postgres') => `postgres://visage@127.0.0.1:${port}/${database}`
  let server: Server = await start()
  await untilItAnswers(url())
  return {
    port,
    url,
    promote: async () => {
      await runTool('pg_ctl', ['promote', '-D', folder, '-w'])
    },
    kill: (signal) => {
      server.kill(signal)
    },
    async restart() {
      await server.over
      server = await start()
      await untilItAnswers(url())
    },
    query: (text, database) => ask(url(database), text),
    async stop() {
      server.kill('SIGKILL')
      await server.over
    },
  }
}

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

/** It listens while it recovers, and refuses to be asked until then. */
async function untilItAnswers(url: string): Promise<void> {
  for (;;) {
    const answered = await ask(url, 'SELECT 1').then(
      () => true,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
