/** Past databases: each was written by the code of its time, and is brought up to date with everything that was in it. */
import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { silentLog } from '../../../core/model/log.ts'
import { createConnection } from '../../../core/store/postgres/connection.ts'
import { migrate } from '../../../core/store/postgres/migrations.ts'
import { openPostgresStore } from '../../../core/store/postgres/postgres-store.ts'
import { parsePostgresUrl } from '../../../core/store/postgres/postgres-url.ts'
import { createPrimaryFinder } from '../../../core/store/postgres/primary.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { readContent } from '../support/past-content.ts'
import { clusterOf, type PostgresCluster } from './cluster.ts'

const FIXTURES = new URL('../../fixtures/stores/', import.meta.url)
const MIGRATIONS = new URL('../../../core/store/postgres/migrations/', import.meta.url)
const LEVELS = ['0001', '0002', '0003', '0004', '0005']

let shared: Promise<PostgresCluster | undefined> | undefined
const cluster = (t: TestContext) =>
  (shared ??= clusterOf(t)).then((started) => {
    if (!started) t.skip('postgres is missing')
    return started
  })
after(async () => (await shared)?.stop())

interface Past {
  readonly url: string
  readonly query: (text: string) => Promise<Record<string, unknown>[]>
  readonly content: Readonly<Record<string, unknown>>
}

async function pastDatabase(there: PostgresCluster, level: string): Promise<Past> {
  const database = await there.createDatabase()
  const query = (text: string) => there.primary.query(text, database)
  const file = (end: string) => readFile(new URL(`postgres-${level}.${end}`, FIXTURES))
  await query(gunzipSync(await file('sql.gz')).toString())
  const content = JSON.parse((await file('json')).toString()) as Past['content']
  return { url: there.url(database), query, content }
}

/** What the store gives of the parts that it had in its time. */
async function contentLike({ url, content }: Past) {
  const clock = createManualClock()
  const store = await openPostgresStore({ url, node: 'one', clock, log: silentLog })
  try {
    const now = await readContent(store)
    return Object.fromEntries(Object.keys(content).map((part) => [part, now[part]]))
  } finally {
    await store.close()
  }
}

async function migrateWith({ url }: Past, folder: URL, backupBeforeUpgrade: boolean) {
  const primary = createPrimaryFinder({ place: parsePostgresUrl(url), node: 'next' })
  const connection = createConnection(primary, 'next', 60_000)
  try {
    await migrate(connection, { log: silentLog, folder, backupBeforeUpgrade })
  } finally {
    connection.close()
  }
}

/** Those of a Visage to come, which rewrites. */
async function nextMigrations(t: TestContext): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-migrations-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await cp(MIGRATIONS, folder, { recursive: true })
  const rewriting = `-- Rewrites what is stored.\nUPDATE account SET record = '{}';\nDELETE FROM document;\n`
  await writeFile(join(folder, '9999-rewriting.sql'), rewriting)
  return pathToFileURL(`${folder}/`)
}

const KEPT = `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'visage_before_upgrade%'`

test('every migration that there is has a past database here', async () => {
  const numbers = (await readdir(MIGRATIONS)).map((name) => name.slice(0, 4))
  assert.deepEqual(numbers.sort(), LEVELS)
})

for (const level of LEVELS) {
  test(`a database of migration ${level} is brought up to date with everything that was in it`, async (t) => {
    const there = await cluster(t)
    if (!there) return
    const past = await pastDatabase(there, level)
    assert.deepEqual(await contentLike(past), past.content)
    assert.deepEqual(await past.query(KEPT), [], 'nothing was rewritten')
  })
}

test('before a migration that rewrites, the tables are kept, and the Visage before goes on with them', async (t) => {
  const there = await cluster(t)
  if (!there) return
  const past = await pastDatabase(there, LEVELS.at(-1) ?? '')
  // The tables as the newest of today's migrations leaves them.
  await contentLike(past)
  const folder = await nextMigrations(t)
  await migrateWith(past, folder, true)
  assert.deepEqual(await past.query('SELECT count(*)::int AS documents FROM document'), [
    { documents: 0 },
  ])
  await assert.rejects(contentLike(past), /used by a newer Visage: its tables are of version 9999/)
  await migrateWith(past, folder, true)
  const [kept, ...others] = await past.query(KEPT)
  assert.deepEqual(others, [], 'once')
  await past.query(
    `ALTER SCHEMA public RENAME TO rewritten; ALTER SCHEMA ${String(kept?.['name'])} RENAME TO public`,
  )
  assert.deepEqual(await contentLike(past), past.content)
  const clock = createManualClock()
  const store = await openPostgresStore({ url: past.url, node: 'one', clock, log: silentLog })
  const [list] = await store.documents.list('global')
  assert.ok(list)
  const content = { contentType: 'text/plain', body: Buffer.from('later') }
  await store.documents.put(list.id, content, {})
  const written = await store.documents.get(list.id)
  assert.ok((written?.sequence ?? 0) > list.sequence, 'numbers go on where they were')
  await store.close()
})

test('store.backupBeforeUpgrade: false: the tables are rewritten and not kept', async (t) => {
  const there = await cluster(t)
  if (!there) return
  const past = await pastDatabase(there, '0004')
  await migrateWith(past, await nextMigrations(t), false)
  assert.deepEqual(await past.query(KEPT), [])
})

test('while a node runs nothing is rewritten, and nothing is kept', async (t) => {
  const there = await cluster(t)
  if (!there) return
  const past = await pastDatabase(there, '0005')
  const clock = createManualClock()
  const store = await openPostgresStore({ url: past.url, node: 'one', clock, log: silentLog })
  const folder = await nextMigrations(t)
  await assert.rejects(migrateWith(past, folder, true), /a Visage runs on the database: stop/)
  await store.close()
  assert.deepEqual(await past.query(KEPT), [])
  assert.deepEqual(await contentLike(past), past.content)
})
