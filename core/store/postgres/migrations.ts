/** Brings the database's tables to what this Visage knows: numbered files, each done once, by one node at a time. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../model/log.ts'
import type { Connection, Session } from './connection.ts'
import { keepTables } from './kept-tables.ts'
import { refuseRunningNodes } from './running-nodes.ts'

interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly checksum: string
  /** Changes what is stored, and does not only make tables, columns and indexes more. */
  readonly rewrites: boolean
}

/** How the file of such a migration begins. */
const REWRITES = '-- Rewrites what is stored.'

const FOLDER = new URL('./migrations/', import.meta.url)
const NAME_FORM = /^(\d{4})-.+\.sql$/
/** Any two numbers that nobody else uses in this database. */
const LOCK = '1986618983, 1'
const LOCK_PATIENCE_MS = 60_000

interface MigrationOptions {
  readonly log: Log
  /** Whether the tables are kept as they are before a migration rewrites them. Default: true. */
  readonly backupBeforeUpgrade?: boolean
  /** Default: where Visage's own are. */
  readonly folder?: URL
}

/**
 * The connection is closed afterwards, which gives the lock back.
 * Rejects with an Error for the operator when a newer Visage has been here, or a file is not what it was.
 */
export async function migrate(connection: Connection, options: MigrationOptions): Promise<void> {
  const { log, backupBeforeUpgrade = true, folder = FOLDER } = options
  const known = await readMigrations(folder)
  const session = await connection.session()
  await takeLock(session)
  const done = await readDone(session)
  checkDone(done, known)
  let mustKeep = backupBeforeUpgrade && done.length > 0
  for (const migration of known.slice(done.length)) {
    const kept = await apply(session, migration, mustKeep)
    mustKeep &&= kept === undefined
    log.info({ migration: migration.name }, 'the tables of the database were brought up to date')
    if (kept === undefined) continue
    log.warn({ schema: kept }, 'the tables as they were are kept; drop the schema when all is well')
  }
}

/** For who must not change the tables. Rejects with an Error for the operator when they are not as this Visage knows them. */
export async function requirePresentTables(session: Pick<Session, 'query'>): Promise<void> {
  const [found] = await session.query<{ name: string | null }>({
    text: `SELECT to_regclass('migration')::text AS name`,
  })
  if (!found?.name) throw new Error('there is no store in the database')
  const known = await readMigrations(FOLDER)
  const done = await session.query<Done>(DONE)
  checkDone(done, known)
  if (done.length < known.length) {
    throw new Error('the database was written by an earlier Visage: start this one on it first')
  }
}

async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => NAME_FORM.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8')
      const checksum = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex')
      const number = Number(name.slice(0, 4))
      return { number, name, text, checksum, rewrites: text.startsWith(REWRITES) }
    }),
  )
}

/** Asked for again and again: to wait for it would take longer than an answer may. */
async function takeLock(session: Session): Promise<void> {
  const end = performance.now() + LOCK_PATIENCE_MS
  for (;;) {
    const text = `SELECT pg_try_advisory_lock(${LOCK}) AS taken`
    const [row] = await session.query<{ taken: boolean }>({ text })
    if (row?.taken === true) return
    if (performance.now() > end) {
      throw new Error('another node has been changing the tables of the database for a minute')
    }
    await pause(100)
  }
}

type Done = Pick<Migration, 'number' | 'name' | 'checksum'>

const DONE = { text: 'SELECT number, name, checksum FROM migration ORDER BY number' }

async function readDone(session: Session): Promise<readonly Done[]> {
  await session.query({
    text: `CREATE TABLE IF NOT EXISTS migration (
      number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now())`,
  })
  return session.query<Done>(DONE)
}

function checkDone(done: readonly Done[], known: readonly Migration[]): void {
  const newest = done.at(-1)
  const last = known.at(-1)?.number ?? 0
  if (newest && newest.number > last) {
    throw new Error(
      `the database was used by a newer Visage: its tables are of version ${newest.number}, and this one knows ${last}`,
    )
  }
  for (const [index, { name, checksum }] of done.entries()) {
    if (known[index]?.name !== name || known[index].checksum !== checksum) {
      throw new Error(
        `the tables of the database were made by another ${name} than this Visage has`,
      )
    }
  }
}

/** In one transaction: all of it or nothing. Tells the schema in which the tables are kept. */
async function apply(
  session: Session,
  { number, name, text, checksum, rewrites }: Migration,
  mustKeep: boolean,
): Promise<string | undefined> {
  await session.query({ text: 'BEGIN' })
  // A node of the Visage before would misread what it has not written.
  if (rewrites) await refuseRunningNodes(session)
  const kept = rewrites && mustKeep ? await keepTables(session, number - 1) : undefined
  await session.query({ text })
  await session.query({
    text: 'INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)',
    values: [number, name, checksum],
  })
  await session.query({ text: 'COMMIT' })
  return kept
}
