/** Compaction of the embedded store: what was removed is in none of its files any more, whichever level they lie in. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { CompactionRefused } from '../../core/model/person-store.ts'
import { openLevelDatabase } from '../../core/store/level-database.ts'
import { systemClock } from '../../service/system-clock.ts'

const SECRET = 'sip:alice@example.com'

async function openDatabase(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-compaction-'))
  const open = () =>
    openLevelDatabase({
      ...{ folder, sync: false, clock: systemClock, log: silentLog },
      compression: false,
      // Small, so that there are files in several levels.
      writeBufferBytes: 64 * 1024,
    })
  let database = await open()
  t.after(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })
  return {
    folder,
    database: () => database,
    reopen: async () => {
      await database.close()
      database = await open()
    },
  }
}

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text))
}

const put = (key: string, value: string) =>
  ({ type: 'put', key, value: Buffer.from(value) }) as const

test('a record that was written and removed in memory is in no file', async (t) => {
  const { folder, database } = await openDatabase(t)
  await database().write([put(`account\0${SECRET}`, 'x'), put('account\0sip:bob', 'kept')])
  await database().write([{ type: 'del', key: `account\0${SECRET}` }])
  assert.notDeepEqual(filesWith(folder, SECRET), [], 'it would be found')
  await database().compact()
  assert.deepEqual(filesWith(folder, SECRET), [])
  assert.equal(String(await database().read('account\0sip:bob')), 'kept')
})

test('a record that lies deep among many, and was the first and the last key of files, is in none', async (t) => {
  const { folder, database, reopen } = await openDatabase(t)
  const filler = 'f'.repeat(1000)
  const others = (from: number) =>
    Array.from({ length: 200 }, (_, n) => put(`m\0${String(from + n).padStart(6, '0')}`, filler))
  await database().write([put(`a\0${SECRET}`, SECRET), put(`z\0${SECRET}`, SECRET)])
  for (let round = 0; round < 5; round++) await database().write(others(round * 200))
  await reopen()
  const gone = [`a\0${SECRET}`, `z\0${SECRET}`].map((key) => ({ type: 'del', key }) as const)
  await database().write(gone)
  for (let round = 0; round < 3; round++) await database().write(others(round * 100))
  await database().compact()
  assert.deepEqual(filesWith(folder, SECRET), [])
  let left = 0
  for await (const [key] of database().entries({ gt: '', lt: '~' })) left += key.length > 0 ? 1 : 0
  assert.equal(left, 1000)
})

test('who reads and writes during a compaction waits for it', async (t) => {
  const { database } = await openDatabase(t)
  await database().write([put('k\0a', '1')])
  const compacting = database().compact()
  for (let round = 0; round < 50; round++) {
    await database().write([put('k\0b', String(round))])
    assert.equal(String(await database().read('k\0a')), '1')
  }
  await compacting
  assert.equal(String(await database().read('k\0b')), '49')
})

test('a store that somebody reads as it was is not compacted', async (t) => {
  const { database } = await openDatabase(t)
  const snapshot = database().snapshot()
  await assert.rejects(database().compact(), CompactionRefused)
  await snapshot.close()
  await database().compact()
})
