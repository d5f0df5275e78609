/** The database that nodes share: its address, its tables' version, transactions that are done once. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { silentLog } from '../../../core/model/log.ts'
import { StoreUnavailable } from '../../../core/model/store-unavailable.ts'
import { openPostgresDatabase } from '../../../core/store/postgres/postgres-database.ts'
import { parsePostgresUrl, shownPlace } from '../../../core/store/postgres/postgres-url.ts'
import { originalText, storedText } from '../../../core/store/postgres/stored-text.ts'
import { isInstalled } from '../../setup/debian-tools.mjs'
import { startCluster } from './cluster.ts'

const skip = isInstalled('postgres') ? false : 'PostgreSQL is missing: apt-get install postgresql'
const cluster = skip === false ? await startCluster() : undefined
after(() => cluster?.stop())

test('an address names several hosts, and is shown without user and password', () => {
  const place = parsePostgresUrl(
    'postgres://visage:s%40cret@db1,[2001:db8::1]:5433/presence?target_session_attrs=read-write&sslmode=require',
  )
  assert.deepEqual(place.hosts, [
    { host: 'db1', port: 5432 },
    { host: '2001:db8::1', port: 5433 },
  ])
  assert.equal(place.password, 's@cret')
  assert.deepEqual(place.tls?.rejectUnauthorized, false)
  assert.equal(shownPlace(place), 'presence on db1:5432, 2001:db8::1:5433')
})

test('an address that cannot be is refused without its password', () => {
  for (const url of [
    'mysql://visage:secret@host/name',
    'postgres://visage:secret@host/name?sslmode=maybe',
    'postgres://visage:secret@host/name?ssl=true',
    'postgres://visage:secret%zz@host/name',
    'postgres://visage:secret@host:port/name',
  ]) {
    assert.throws(
      () => parsePostgresUrl(url),
      (error: Error) => !error.message.includes('secret'),
    )
  }
})

test('a NUL in a name can be stored, and no two names become one', () => {
  const names = ['a\0b', 'a\x01b', 'a\x01\x01b', 'a\x01\x02b', 'a\0\x02b', 'ab']
  const stored = names.map(storedText)
  assert.equal(new Set(stored).size, names.length)
  assert.equal(stored.join('').includes('\0'), false)
  assert.deepEqual(stored.map(originalText), names)
})

test('a database that nobody serves is named in the refusal, without the password', async () => {
  const url = 'postgres://visage:secret@127.0.0.1:1/presence'
  await assert.rejects(
    openPostgresDatabase({ url, node: 'one', log: silentLog }),
    (error: Error) => {
      assert.match(
        error.message,
        /presence on 127\.0\.0\.1:1 cannot be used: no server takes writes/,
      )
      return !error.message.includes('secret')
    },
  )
})

test('tables that a newer Visage has made are left alone', { skip }, async () => {
  const name = await cluster!.createDatabase()
  const options = { url: cluster!.url(name), node: 'one', log: silentLog }
  const database = await openPostgresDatabase(options)
  await database.close()
  await cluster!.primary.query(`INSERT INTO migration VALUES (9999, '9999-later.sql', '')`, name)
  await assert.rejects(
    openPostgresDatabase(options),
    /newer Visage: its tables are of version 9999/,
  )
  await cluster!.primary.query(`DELETE FROM migration WHERE number = 9999`, name)
  await cluster!.primary.query(`UPDATE migration SET checksum = '' WHERE number = 1`, name)
  await assert.rejects(openPostgresDatabase(options), /another 0001-change-log\.sql/)
})

test('nodes that start together make the tables once', { skip }, async () => {
  const url = cluster!.url(await cluster!.createDatabase())
  const nodes = ['one', 'two', 'three', 'four']
  const opened = await Promise.all(
    nodes.map((node) => openPostgresDatabase({ url, node, log: silentLog })),
  )
  await Promise.all(opened.map((database) => database.close()))
})

test(
  'a transaction whose connection is cut is done once, and what its work throws undoes it',
  { skip },
  async (t) => {
    const name = await cluster!.createDatabase()
    const database = await openPostgresDatabase({
      url: cluster!.url(name),
      node: 'one',
      log: silentLog,
    })
    t.after(database.close)
    await cluster!.primary.query(
      'CREATE TABLE counted (n integer); INSERT INTO counted VALUES (0)',
      name,
    )
    const over = new AbortController()
    const cutting = (async () => {
      while (!over.signal.aborted) {
        await cluster!.primary.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%transaction'`,
          name,
        )
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
    })()
    const add = () =>
      database.transaction(({ query }) => query({ text: 'UPDATE counted SET n = n + 1' }))
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 5 }, add))
    over.abort()
    await cutting
    const undone = database.transaction(async ({ query }) => {
      await query({ text: 'UPDATE counted SET n = 0' })
      throw new RangeError('mine')
    })
    await assert.rejects(undone, RangeError)
    await assert.rejects(
      database.transaction(({ query }) => query({ text: 'SELECT 1 / 0' })),
      StoreUnavailable,
    )
    assert.deepEqual(await database.read({ text: 'SELECT n FROM counted' }), [{ n: 100 }])
  },
)
