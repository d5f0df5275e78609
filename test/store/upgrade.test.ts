/** Past stores: each was written by the code of its time, and is opened by today's with everything that was in it. */
import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { link, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { test, type TestContext } from 'node:test'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { silentLog } from '../../core/model/log.ts'
import { keepStoreFolder, type Disk } from '../../core/store/kept-folder.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { readContent, writeContent } from './support/past-content.ts'
import { emptyFolder } from './support/store-folder.ts'

const FIXTURES = new URL('../fixtures/stores/', import.meta.url)
const clock = createManualClock()
const open = (folder: string, backupBeforeUpgrade = true) =>
  openLevelStore({ folder, clock, log: silentLog, backupBeforeUpgrade })
const KEPT = 'before-upgrade-format-1-2023-11-14-221320'

const expected = async (name: string) =>
  JSON.parse(await readFile(new URL(`${name}.json`, FIXTURES), 'utf8')) as Record<string, unknown>

async function pastFolder(t: TestContext, name: string): Promise<string> {
  const folder = await emptyFolder(t)
  const tar = extract()
  const reading = pipeline(
    createReadStream(new URL(`${name}.tgz`, FIXTURES)),
    createGunzip(),
    tar as unknown as NodeJS.WritableStream,
  )
  for await (const entry of tar) {
    const path = join(folder, entry.header.name)
    const pieces: Buffer[] = []
    for await (const piece of entry as unknown as AsyncIterable<Buffer>) pieces.push(piece)
    if (entry.header.type !== 'file') continue
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, Buffer.concat(pieces))
  }
  await reading
  return folder
}

/** What the store gives of the parts that it had in its time. */
async function contentLike(folder: string, past: Record<string, unknown>, backup?: boolean) {
  const store = await open(folder, backup)
  try {
    const content = await readContent(store)
    return Object.fromEntries(Object.keys(past).map((part) => [part, content[part]]))
  } finally {
    await store.close()
  }
}

const beginsWith = (folder: string, start: string) =>
  readdir(folder).then((names) => names.filter((name) => name.startsWith(start)))

for (const [name, parts] of [
  ['level-format-1', 9],
  ['level-format-2-subscription-objects', 13],
  ['level-format-2', 14],
] as const) {
  test(`the past store ${name} is opened with everything that was in it`, async (t) => {
    const past = await expected(name)
    assert.equal(Object.keys(past).length, parts)
    const folder = await pastFolder(t, name)
    assert.deepEqual(await contentLike(folder, past), past)
    assert.deepEqual(await contentLike(folder, past), past, 'and once more')
  })
}

test('what is written today is among the past stores: a change of a record makes a fixture more', async (t) => {
  const folder = await emptyFolder(t)
  const store = await open(folder)
  await writeContent(store)
  const content = await readContent(store)
  await store.close()
  const past = await expected('level-format-2')
  assert.deepEqual(Object.keys(content), Object.keys(past))
  for (const part of [
    'accounts',
    'sessions',
    'pairs',
    'administration',
    'subscriptions',
  ] as const) {
    assert.deepEqual(content[part], past[part])
  }
})

test('of a store of format 1 a copy is kept before its upgrade, from which that format can be had again', async (t) => {
  const past = await expected('level-format-1')
  const folder = await pastFolder(t, 'level-format-1')
  await contentLike(folder, past)
  assert.equal(await readFile(join(folder, 'format'), 'utf8'), 'visage store format 2\n')
  const kept = join(folder, KEPT)
  assert.equal(await readFile(join(kept, 'format'), 'utf8'), 'visage store format 1\n')
  assert.equal((await stat(kept)).mode & 0o077, 0)
  const [shelf = ''] = await beginsWith(join(kept, 'blobs'), '')
  const [blob = ''] = await readdir(join(kept, 'blobs', shelf))
  assert.ok(blob !== '', 'images are in it')
  assert.equal((await stat(join(kept, 'blobs', shelf, blob))).nlink, 2, 'and cost no room')
  const again = await open(folder)
  await again.accounts.remove('sip:bob@example.com' as never)
  await again.close()
  assert.deepEqual(await contentLike(kept, past), past)
  assert.deepEqual(await beginsWith(folder, 'before-upgrade'), [KEPT], 'one copy, of the upgrade')
})

test('store.backupBeforeUpgrade: false: nothing is kept', async (t) => {
  const past = await expected('level-format-1')
  const folder = await pastFolder(t, 'level-format-1')
  assert.deepEqual(await contentLike(folder, past, false), past)
  assert.deepEqual(await beginsWith(folder, 'before-upgrade'), [])
})

test('an upgrade that was interrupted while it copied begins anew, one that was interrupted later goes on', async (t) => {
  const past = await expected('level-format-1')
  const copying = await pastFolder(t, 'level-format-1')
  await mkdir(join(copying, 'before-upgrade.unfinished', 'blobs'), { recursive: true })
  assert.deepEqual(await contentLike(copying, past), past)
  assert.deepEqual(await beginsWith(copying, 'before-upgrade'), [KEPT])

  const stepping = await pastFolder(t, 'level-format-1')
  await writeFile(join(stepping, 'format'), 'visage store format 1, being upgraded\n')
  assert.deepEqual(await contentLike(stepping, past), past)
  assert.deepEqual(await beginsWith(stepping, 'before-upgrade'), [], 'half upgraded: not kept')
  assert.equal(await readFile(join(stepping, 'format'), 'utf8'), 'visage store format 2\n')
})

test('without room for the copy the store is left as it was, and what is missing is said', async (t) => {
  const folder = await pastFolder(t, 'level-format-1')
  const full: Disk = { link, freeBytes: () => Promise.resolve(1_000) }
  await assert.rejects(keepStoreFolder(folder, KEPT, full), {
    message: /needs 17 MiB where 1 MiB are free.* store\.backupBeforeUpgrade: false/,
  })
  assert.equal(await readFile(join(folder, 'format'), 'utf8'), 'visage store format 1\n')
})

test('on a disk without hard links everything is copied', async (t) => {
  const past = await expected('level-format-1')
  const folder = await pastFolder(t, 'level-format-1')
  const disk: Disk = {
    link: () => Promise.reject(new Error('EPERM')),
    freeBytes: () => Promise.resolve(2 ** 40),
  }
  const kept = await keepStoreFolder(folder, KEPT, disk)
  const elsewhere = join(await emptyFolder(t), 'store')
  await rename(kept, elsewhere)
  assert.deepEqual(await contentLike(elsewhere, past), past)
})

test('a store that is open elsewhere is not upgraded, and none that was opened while it was copied', async (t) => {
  const folder = await pastFolder(t, 'level-format-2')
  const store = await open(folder)
  await writeFile(join(folder, 'format'), 'visage store format 1\n')
  await assert.rejects(open(folder), { message: /in use by another process/ })
  await store.close()
  const disk: Disk = {
    freeBytes: () => Promise.resolve(2 ** 40),
    async link(file, name) {
      await link(file, name)
      if (file.startsWith(join(folder, 'blobs'))) {
        await writeFile(join(folder, 'documents', 'CURRENT'), 'MANIFEST-999999\n')
      }
    },
  }
  await assert.rejects(keepStoreFolder(folder, KEPT, disk), {
    message: /in use by another process/,
  })
  assert.ok(!(await readdir(folder)).includes(KEPT))
})
