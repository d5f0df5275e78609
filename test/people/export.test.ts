/** Export: everything about a person as readable files, and nothing that proves who they are. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createExport } from '../../service/people/export-archive.ts'
import { systemClock } from '../../service/system-clock.ts'
import { fillWithPerson } from './support/person-in-store.ts'
import { zipEntries } from './support/zip-entries.ts'

const clock = systemClock

async function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-export-'))
  const store = await openLevelStore({ folder, clock, log: silentLog })
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  return { folder, store, exported: createExport({ store, clock, data: folder }) }
}

test('everything is there as files of the same names each time, and no hash of a password', async (t) => {
  const { store, exported } = await setUp(t)
  const image = randomBytes(900)
  await fillWithPerson(store, { name: 'alice', image })
  await fillWithPerson(store, { name: 'bob', image: randomBytes(90) })
  const files = zipEntries(await buffer(await exported('also.alice@example.com')))
  assert.deepEqual(
    [...files.keys()],
    [
      'README.txt',
      'account.json',
      'documents/org.openmobilealliance.pres-content/oma_status-icon/me.png',
      'icons/me.png',
      'documents/resource-lists/index',
      'publications/presence-1.xml',
      'subscriptions.json',
      'registrations.json',
      'sessions.json',
      'contacts.json',
      'administration.json',
      'audit.json',
    ],
  )
  const read = (name: string) => files.get(name) ?? assert.fail(name)
  assert.deepEqual(read('icons/me.png'), image)
  const account = (await store.accounts.find('sip:alice@example.com' as Aor)) ?? assert.fail()
  for (const [name, bytes] of files) {
    const text = bytes.toString('latin1')
    for (const { ha1 } of account.credentials) assert.equal(text.includes(ha1), false, name)
    assert.equal(text.includes('bob@'), false, name)
  }
  assert.match(read('account.json').toString(), /Name of alice/)
  assert.match(read('subscriptions.json').toString(), /"watcher": "sip:carol@example.com"/)
})

test('of somebody who is not there is no export', async (t) => {
  const { exported } = await setUp(t)
  await assert.rejects(exported('nobody@example.com'), { kind: 'absent' })
})

test('a document of any name stays within its folder', async (t) => {
  const { store, exported } = await setUp(t)
  const tree = 'sip:alice@example.com' as Aor
  const path = '../..//x'
  const content = { contentType: 'text/plain', body: Buffer.from('x') }
  await store.documents.put({ auid: 'own' as never, tree, path }, content, {})
  const files = zipEntries(await buffer(await exported('alice@example.com')))
  assert.ok(files.has('documents/own/_../_../_/x'))
})

test('hundreds of documents are read one by one, as fast as the archive is taken', async (t) => {
  const { store, folder } = await setUp(t)
  const tree = 'sip:alice@example.com' as Aor
  const body = randomBytes(100_000)
  const put = (index: number) =>
    store.documents.put(
      { auid: 'own' as never, tree, path: `${index}` },
      { contentType: 'text/plain', body },
      {},
    )
  await Promise.all(Array.from({ length: 100 }, (_, index) => put(index)))
  let read = 0
  const get: typeof store.documents.get = (id) => {
    read++
    return store.documents.get(id)
  }
  const counting = { ...store, documents: { ...store.documents, get } }
  const exported = createExport({ store: counting, clock, data: folder })
  let taken = 0
  for await (const { length } of await exported('alice@example.com')) {
    taken += length
    assert.ok(read * body.length < taken + 5 * body.length, `${read} documents, ${taken} bytes`)
  }
  assert.equal(read, 100)
})

test('an archive that cannot be made to its end breaks off, and has no directory', async (t) => {
  const { store, folder } = await setUp(t)
  await fillWithPerson(store, { name: 'alice', image: randomBytes(90) })
  const sessions = { ...store.sessions, ofAccount: () => Promise.reject(new Error('no disk')) }
  const exported = createExport({ store: { ...store, sessions }, clock, data: folder })
  await assert.rejects(buffer(await exported('alice@example.com')), /no disk/)
})
