/** Names and pictures from a directory: whose win, what a second run does, and what a broken directory must not do. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { csvSource } from '../../service/directory/csv-source.ts'
import type { DirectoryPerson } from '../../service/directory/directory-source.ts'
import { folderSource } from '../../service/directory/folder-source.ts'
import { sampleImage } from '../images/sample-images.ts'
import { aor, openDirectoryWorld, saying } from './directory-world.ts'

const [photo, other] = [await sampleImage('jpeg', 400, 300), await sampleImage('png', 40, 40)]
const person = (user: string, more: Partial<DirectoryPerson> = {}): DirectoryPerson => ({
  ...{ address: `${user}@example.com`, name: user.toUpperCase(), picture: photo },
  ...more,
})
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const icon = { mediaType: 'image/png', width: 40, height: 40, size: 1, sha1: 'a' } as const

test('names and pictures are taken over, once; a dry run writes nothing', async (t) => {
  const { sync, icon, name, store, writes } = await openDirectoryWorld(t, ['alice', 'bob'])
  const directory = saying([
    person('alice'),
    { address: 'bob@example.com', name: 'Bob' },
    person('nobody'),
    { address: 'zoe@proxy.test', picture: photo },
  ])
  const dry = await sync(directory, { dryRun: true })
  assert.deepEqual([dry.pictures, dry.names, writes()], [2, 2, 0])
  const first = await sync(directory)
  assert.deepEqual([first.people, first.pictures, first.names], [4, 2, 2])
  assert.deepEqual(
    first.refused.map(({ address }) => address),
    ['nobody@example.com'],
  )
  assert.equal(await name('bob'), 'Bob')
  const stored = await store.documents.currentIcon(aor('alice'))
  assert.deepEqual([stored?.icon.width, stored?.icon.height], [256, 192])
  // Whose account lives in the proxy has a face here all the same.
  assert.ok(await store.documents.currentIcon(parseAor('zoe@proxy.test')!))
  const before = writes()
  const second = await sync(directory)
  assert.equal(writes(), before)
  assert.deepEqual([second.unchanged, second.pictures, second.names], [3, 0, 0])
  assert.ok(await icon('alice'))
})

test("a person's own picture and name win; a locked one does not", async (t) => {
  const { sync, icon: iconOf, name, store } = await openDirectoryWorld(t, ['alice'])
  const own = { auid: PRES_CONTENT, tree: aor('alice'), path: 'oma_status-icon/own.png' }
  const content = { contentType: 'x/y', body: other }
  const image = { ...icon, hash: sha256(other), bytes: other, token: 'T'.repeat(16) }
  await store.documents.put(own, { ...content, icon: image }, {})
  await store.accounts.put({ aor: aor('alice'), aliases: [], credentials: [], name: 'Al' })
  const report = await sync(saying([person('alice')]))
  assert.deepEqual([report.own, report.pictures, report.names], [1, 0, 0])
  assert.equal(await iconOf('alice'), image.hash)
  assert.equal(await name('alice'), 'Al')
  const locked = await sync(saying([person('alice')]), { policy: { lock: true, names: 'always' } })
  assert.deepEqual([locked.pictures, locked.names], [1, 1])
  assert.notEqual(await iconOf('alice'), image.hash)
  assert.equal(await name('alice'), 'ALICE')
})

test('directory.lock locks the icons that came from the directory, and takes its locks away again', async (t) => {
  const { sync, store, writes } = await openDirectoryWorld(t, ['alice', 'bob'])
  const isLocked = async (user: string) =>
    (await store.administration.get('icon-lock', aor(user))) !== undefined
  const lock = { policy: { lock: true, names: 'never' } } as const
  const directory = saying([person('alice'), { address: 'bob@example.com' }])
  await sync(directory)
  assert.equal(await isLocked('alice'), false)
  const locked = await sync(directory, lock)
  assert.deepEqual([locked.locks, locked.pictures, await isLocked('alice')], [1, 0, true])
  // Nobody has a picture of bob, so he may have one.
  assert.equal(await isLocked('bob'), false)
  const before = writes()
  await sync(directory, lock)
  assert.equal(writes(), before)
  await store.administration.put('icon-lock', aor('bob'), {})
  await sync(directory)
  assert.deepEqual([await isLocked('alice'), await isLocked('bob')], [false, true])
  await sync(directory, lock)
  await sync(saying([]), { ...lock, force: true })
  assert.equal(await isLocked('alice'), false)
})

test('what is gone from the directory goes here, unless the person has changed it', async (t) => {
  const users = ['a', 'b', 'c', 'd', 'e', 'f']
  const { sync, icon, name, store } = await openDirectoryWorld(t, users)
  await sync(saying(users.map((user) => person(user))))
  // Who takes the picture away does not get the same again, but the next.
  const taken = await store.documents.currentIcon(aor('b'))
  await store.documents.delete(taken!.id, {})
  const rest = users.slice(1).map((user) => person(user))
  const report = await sync(saying(rest))
  assert.deepEqual([report.removed, report.withheld], [1, 0])
  assert.deepEqual([await icon('a'), await name('a')], [undefined, undefined])
  assert.equal(await icon('b'), undefined)
  await sync(saying([person('b', { picture: other }), ...rest.slice(1)]))
  assert.ok(await icon('b'))
})

test('half an answer, or none, takes nothing away', async (t) => {
  const users = ['a', 'b', 'c', 'd', 'e']
  const { sync, icon, writes } = await openDirectoryWorld(t, users)
  const all = users.map((user) => person(user))
  await sync(saying(all))
  const before = writes()
  await assert.rejects(sync(saying(all.slice(0, 2), 'the connection was lost')), /was lost/)
  assert.equal((await sync(saying([]))).withheld, 5)
  assert.equal((await sync(saying(all.slice(2)))).withheld, 2)
  // Nor does an answer without the pictures, as who may not read them gets it.
  const blind = await sync(saying(users.map((user) => ({ address: `${user}@example.com` }))))
  assert.deepEqual([blind.withheld, blind.removed], [5, 0])
  assert.equal(writes(), before)
  assert.ok(await icon('a'))
  assert.equal((await sync(saying(all.slice(2)), { force: true })).removed, 2)
  assert.equal(await icon('a'), undefined)
})

test('a picture that is none, and a person named twice, are refused; the others are not', async (t) => {
  const { sync, icon } = await openDirectoryWorld(t, ['alice', 'bob'])
  const broken = person('alice', { picture: Buffer.from('no picture') })
  const report = await sync(saying([broken, person('bob'), person('bob')]))
  assert.match(report.refused[0]?.problem ?? '', /cannot be used/)
  assert.match(report.refused[1]?.problem ?? '', /twice/)
  assert.ok(await icon('bob'))
})

test('a folder and a list: what is missing from one was never of the other', async (t) => {
  const { sync, icon, name, folder } = await openDirectoryWorld(t, ['alice', 'bob'])
  writeFileSync(join(folder, 'alice@example.com.jpg'), photo)
  writeFileSync(join(folder, 'README'), 'x')
  const list = join(folder, 'people.csv')
  writeFileSync(list, `\uFEFFaddress,name,picture\nbob@example.com,"Bob ""B"", Dr.",b.png\r\n`)
  writeFileSync(join(folder, 'b.png'), other)
  assert.equal((await sync(folderSource(folder))).pictures, 1)
  const listed = await sync(csvSource(list))
  assert.deepEqual([listed.pictures, listed.names, listed.withheld], [1, 1, 0])
  assert.equal(await name('bob'), 'Bob "B", Dr.')
  assert.ok((await icon('alice')) && (await icon('bob')))
})
