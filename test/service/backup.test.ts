/** Backup and restore: what a store holds at one time, out of any engine and into any other. */
import assert from 'node:assert/strict'
import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { writeBackupFile } from '../../service/backup/backup-file.ts'
import { BACKUP_PATH, createBackupListener } from '../../service/backup/backup-listener.ts'
import { partsInFile } from '../../service/backup/backup-reader.ts'
import { writeBackup } from '../../service/backup/backup-writer.ts'
import { openStoreAt } from '../../service/open-store.ts'
import { isInstalled } from '../setup/debian-tools.mjs'
import { alice, bob, icon, iconId, listId, publication, text } from '../store/contract/sample.ts'
import { startCluster } from '../store/postgres/cluster.ts'
import { emptyFolder } from '../store/support/store-folder.ts'
import {
  all,
  backUp,
  clock,
  contentOf,
  filledStore,
  levelPlace,
  restored,
  silent,
  surroundings,
  type Place,
} from './backup-world.ts'

const skip = isInstalled('postgres') ? false : 'PostgreSQL is missing: apt-get install postgresql'
const cluster = skip === false ? await startCluster() : undefined
after(() => cluster?.stop())

async function databasePlace(): Promise<Place> {
  const url = cluster!.url(await cluster!.createDatabase())
  const store = { type: 'postgres', url, node: 'one' } as const
  return { data: '.', store, open: () => openStoreAt(store, '.', surroundings) }
}

/** The middle one has both engines read and both written. */
const WAYS = [
  ['Level', 'Level'],
  ['Level', 'PostgreSQL'],
  ['PostgreSQL', 'Level'],
] as const

for (const [from, to] of WAYS) {
  const name = `a backup of a store on ${from} gives the same store on ${to}, without subscriptions and sessions`
  test(name, { skip: from + to === 'LevelLevel' ? false : skip }, async (t) => {
    const places = { Level: () => levelPlace(t), PostgreSQL: databasePlace }
    const source = await places[from]()
    const target = await places[to]()
    const file = join(await emptyFolder(t), from === 'Level' ? 'backup.tar' : 'backup.tgz')
    const { store, content } = await filledStore(source)
    await store.close()
    await backUp(source, file)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    await restored(target, file)
    const again = await target.open()
    t.after(() => again.close())
    assert.deepEqual(await contentOf(again), content)
    assert.deepEqual(await all(again.eventState.subscriptions()), [])
    assert.equal((await again.documents.put(iconId('new.png'), icon('n'), {})).outcome, 'created')
    const newest = await again.documents.currentIcon(alice)
    assert.equal(newest?.id.path, 'oma_status-icon/new.png')
  })
}

for (const engine of ['Level', 'PostgreSQL'] as const) {
  const options = { skip: engine === 'Level' ? false : skip }
  const placeOf = (t: TestContext) => (engine === 'Level' ? levelPlace(t) : databasePlace())

  test(
    `a backup on ${engine} holds what was there when it began, whatever is written and removed meanwhile`,
    options,
    async (t) => {
      const place = await placeOf(t)
      const { store, content } = await filledStore(place)
      const snapshot = await store.snapshot()
      await store.documents.delete(iconId('m.png', bob), {})
      await store.documents.put(iconId('a.png'), icon('later'), {})
      await store.accounts.remove(bob)
      await store.eventState.write([
        { put: 'publication', record: { ...publication(bob), expiresAt: clock.now() + 9_000 } },
      ])
      const file = join(await emptyFolder(t), 'backup.tar')
      await writeBackupFile(file, writeBackup(snapshot, clock.now()), silent)
      await store.close()
      const target = await levelPlace(t)
      await restored(target, file)
      const again = await target.open()
      t.after(() => again.close())
      assert.deepEqual(await contentOf(again), content)
    },
  )

  test(
    `a store on ${engine} in which something is stored is replaced only when that is asked for, and kept aside`,
    options,
    async (t) => {
      const [source, place] = [await levelPlace(t), await placeOf(t)]
      const file = join(await emptyFolder(t), 'backup.tar')
      const { store, content } = await filledStore(source)
      await store.close()
      await backUp(source, file)
      const present = await place.open()
      await present.documents.put(listId, text('mine'), {})
      await present.close()
      await assert.rejects(restored(place, file), /something is stored there already/)
      const { aside } = await restored(place, file, true)
      assert.match(aside ?? '', /before.restore/)
      const again = await place.open()
      t.after(() => again.close())
      assert.deepEqual(await contentOf(again), content)
    },
  )

  test(
    `nothing is restored into a store on ${engine} that somebody has open`,
    options,
    async (t) => {
      const [source, place] = [await levelPlace(t), await placeOf(t)]
      const file = join(await emptyFolder(t), 'backup.tar')
      await backUp(source, file)
      const node = { ...place.store, node: 'two' } as never
      const open =
        engine === 'Level' ? await place.open() : await openStoreAt(node, '.', surroundings)
      t.after(() => open.close())
      await assert.rejects(restored(place, file, true), /in use by another process|a Visage runs/)
    },
  )
}

test(
  'a backup of a store on PostgreSQL leaves out the document whose image is missing or damaged, logs it, and holds all else',
  { skip },
  async (t) => {
    const name = await cluster!.createDatabase()
    const store = { type: 'postgres', url: cluster!.url(name), node: 'one' } as const
    const told: string[] = []
    const log = { ...silentLog, error: (_: unknown, text: string) => void told.push(text) }
    const opened = await openStoreAt(store, '.', { clock, log })
    t.after(() => opened.close())
    for (const path of ['a.png', 'b.png', 'c.png']) {
      await opened.documents.put(iconId(path), icon(path), {})
    }
    const imageOf = (path: string) =>
      `hash = (SELECT image FROM document WHERE path LIKE '%${path}')`
    await cluster!.primary.query(`DELETE FROM image WHERE ${imageOf('a.png')}`, name)
    await cluster!.primary.query(`UPDATE image SET bytes = 'x' WHERE ${imageOf('b.png')}`, name)
    const file = join(await emptyFolder(t), 'backup.tar')
    const made = await writeBackupFile(file, writeBackup(await opened.snapshot(), 0), silent)
    assert.deepEqual([made.head.documents, made.records['document']], [3, 1])
    assert.equal(told.length, 2)
    assert.match(told.join(), /a\.png' cannot be read: its image is missing/)
  },
)

test('a backup that is cut off, changed or none at all is refused before anything is written', async (t) => {
  const [source, place] = [await levelPlace(t), await levelPlace(t)]
  const folder = await emptyFolder(t)
  const file = join(folder, 'backup.tar')
  await (await filledStore(source)).store.close()
  await backUp(source, file)
  const whole = await readFile(file)
  const refused = async (content: Buffer, expected: RegExp) => {
    await writeFile(file, content)
    await assert.rejects(restored(place, file), expected)
    assert.deepEqual(await readdir(place.data), [])
  }
  for (const share of [0.3, 0.6, 0.9]) {
    await refused(whole.subarray(0, whole.length * share), /cut off|Unexpected end|no backup/)
  }
  const changed = Buffer.from(whole)
  const at = changed.indexOf('<resource-lists/>')
  changed.writeUInt8(0x21, at)
  await refused(changed, /damaged/)
  await refused(Buffer.from('something else'), /no backup|Unexpected end|tar/)
  const newer = Buffer.from(whole.toString('latin1').replace('"format":1', '"format":9'), 'latin1')
  await refused(newer, /format 9, written by a newer Visage/)
  await truncate(file, 0)
  await appendFile(file, whole)
  await restored(place, file)
})

test('a restoration that is interrupted before its last step leaves the store as it was, and one after it is finished by the next start', async (t) => {
  const { finishReplacement, folderForReplacement } =
    await import('../../core/store/folder-replacement.ts')
  const { rename } = await import('node:fs/promises')
  const place = await levelPlace(t)
  const { store } = await filledStore(place)
  await store.close()
  const unfinished = await folderForReplacement(place.data)
  const beside = await openStoreAt({ type: 'level' }, unfinished, surroundings)
  await beside.documents.put(listId, text('restored'), {})
  await beside.close()
  const present = await place.open()
  assert.ok(await present.accounts.find(alice))
  await present.close()
  await writeFile(join(unfinished, 'aside'), 'before')
  await rename(unfinished, join(place.data, 'restore.ready'))
  // As if the process had ended in the middle of it.
  await rename(join(place.data, 'documents'), join(await emptyFolder(t), 'x')).catch(
    () => undefined,
  )
  await finishReplacement(place.data)
  const again = await place.open()
  t.after(() => again.close())
  assert.equal(Buffer.from((await again.documents.get(listId))!.body).toString(), 'restored')
  assert.ok(!(await readdir(place.data)).some((name) => name.startsWith('restore')))
})

test('a running service gives its backup on the socket; one whose reader goes away disturbs nothing', async (t) => {
  const place = await levelPlace(t)
  const { store } = await filledStore(place)
  t.after(() => store.close())
  const listener = createBackupListener({ snapshot: store.snapshot, clock, log: silentLog })
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  for (let time = 0; time < 3; time++) {
    const leaving = await fetch(`http://127.0.0.1:${port}${BACKUP_PATH}`)
    await leaving.body?.cancel()
  }
  const file = join(await emptyFolder(t), 'backup.tar')
  let response = await fetch(`http://127.0.0.1:${port}${BACKUP_PATH}`)
  while (response.status === 503) {
    await response.body?.cancel()
    response = await fetch(`http://127.0.0.1:${port}${BACKUP_PATH}`)
  }
  await writeFile(file, Buffer.from(await response.arrayBuffer()))
  const names = (await all(partsInFile(file))).map(({ name }) => name)
  assert.equal(names.at(-1), 'end.json')
  assert.ok(names.includes('documents/00000001/document.json'))
})
