/** The embedded store's format: the present one, older ones that are upgraded, newer ones that are refused. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Level } from 'level'
import { silentLog } from '../../core/model/log.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { keysBelow } from '../../core/store/record-key.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { alice, bob, hash, icon, iconId, listId, text } from './contract/sample.ts'
import { emptyFolder } from './support/store-folder.ts'

const clock = createManualClock()
const open = (folder: string) => openLevelStore({ folder, clock, log: silentLog })

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) found[path] = hash('sha256', await readFile(path))
  }
  return found
}

/** Takes from a store what format 1 did not have. */
async function makeFormat1(folder: string): Promise<void> {
  const level = new Level<string, Buffer>(join(folder, 'documents'), { valueEncoding: 'buffer' })
  for (const kind of ['totals', 'usage'] as const) await level.clear(keysBelow(kind))
  await level.close()
  await writeFile(join(folder, 'format'), 'visage store format 1\n')
}

test('a store of a newer format is refused, both formats are named and nothing is touched', async (t) => {
  const folder = await emptyFolder(t)
  const store = await open(folder)
  await store.documents.put(listId, text('kept'), {})
  await store.close()
  await writeFile(join(folder, 'format'), 'visage store format 7\n')
  const before = await filesBelow(folder)
  await assert.rejects(open(folder), { message: /has format 7, .*newer.* format 2/ })
  assert.deepEqual(await filesBelow(folder), before)
})

test('a folder that names no format, or a strange one, is refused', async (t) => {
  const folder = await emptyFolder(t)
  await mkdir(join(folder, 'documents'))
  await assert.rejects(open(folder), { message: /has no file 'format'/ })
  await writeFile(join(folder, 'format'), 'something else')
  await assert.rejects(open(folder), { message: /does not name a store format/ })
})

test('a store of format 1 is opened, and gets its totals and the index of its usages', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  await first.documents.put(listId, text('12345'), {})
  await first.documents.put({ ...listId, path: 'large' }, text('x'.repeat(10_000)), {})
  await first.documents.put(iconId('a'), icon('a'), {})
  await first.documents.put({ ...listId, tree: bob }, text('123'), {})
  await first.close()
  await makeFormat1(folder)

  const again = await open(folder)
  const put = (tree: typeof alice, bytes: number) =>
    again.documents.put({ ...listId, tree, path: 'new' }, text('1'), {}, { documents: 4, bytes })
  const aliceHas = 10_005 + icon('a').body.length
  assert.deepEqual(await put(alice, aliceHas), { outcome: 'no-room', limit: 'bytes' })
  assert.equal((await put(alice, aliceHas + 1)).outcome, 'created')
  assert.deepEqual(await put(bob, 3), { outcome: 'no-room', limit: 'bytes' })
  const found: string[] = []
  for await (const { id } of again.documents.ofUsage(listId.auid)) found.push(id.tree + id.path)
  assert.deepEqual(found, [`${alice}index`, `${alice}large`, `${alice}new`, `${bob}index`])
  await again.close()
  assert.equal(await readFile(join(folder, 'format'), 'utf8'), 'visage store format 2\n')
})
