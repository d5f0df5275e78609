/** Brings the database's tables to what this Visage knows: numbered files, each done once, by one node at a time. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../model/log.ts'
import type { Connection, Session } from './connection.ts'

interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly checksum: string
}

const FOLDER = new URL('./migrations/', import.meta.url)
const NAME_FORM = /^(\d{4})-.+\.sql$/
/** Any two numbers that nobody else uses in this database. */
const LOCK = '1986618983, 1'
const LOCK_PATIENCE_MS = 60_000

/**
 * The connection is closed afterwards, which gives the lock back.
 * Rejects with an Error for the operator when a newer Visage has been here, or a file is not what it was.
 */
export async function migrate(connection: Connection, log: Log): Promise<void> {
  const known = await readMigrations()
  const session = await connection.session()
  await takeLock(session)
  const done = await readDone(session)
  checkDone(done, known)
  for (const migration of known.slice(done.length)) {
    await apply(session, migration)
    log.info({ migration: migration.name }, 'the tables of the database were brought up to date')
  }
}

async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => NAME_FORM.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), 'utf8')
      const checksum = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex')
      return { number: Number(name.slice(0, 4)), name, text, checksum }
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

async function readDone(session: Session): Promise<readonly Done[]> {
  await session.query({
    text: `CREATE TABLE IF NOT EXISTS migration (
      number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now())`,
  })
  return session.query<Done>({
    text: 'SELECT number, name, checksum FROM migration ORDER BY number',
  })
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

async function apply(session: Session, { number, name, text, checksum }: Migration): Promise<void> {
  // A text of several statements is one transaction.
  await session.query({ text: `BEGIN; ${text}` })
  await session.query({
    text: 'INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)',
    values: [number, name, checksum],
  })
  await session.query({ text: 'COMMIT' })
}
