/** Restoration through a running service, and what is refused in words. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { restoreThroughService, withBackup } from '../../service/backup/backup-source.ts'
import { createLiveRestoration } from '../../service/backup/live-restoration.ts'
import type { Configuration } from '../../service/configuration.ts'
import { listId, subscription, text } from '../store/contract/sample.ts'
import { emptyFolder } from '../store/support/store-folder.ts'
import {
  all,
  backUp,
  clock,
  contentOf,
  filledStore,
  levelPlace,
  nothing,
  restored,
  surroundings,
} from './backup-world.ts'

test('a running service takes a backup beside its store while it serves, refuses one that is cut off, and goes on with its watchers on the new store', async (t) => {
  const [source, place] = [await levelPlace(t), await levelPlace(t)]
  const file = join(await emptyFolder(t), 'backup.tar')
  const { store, content } = await filledStore(source)
  await store.close()
  await backUp(source, file)
  const running = await place.open()
  await running.documents.put(listId, text('mine'), {})
  const watching = { ...subscription('s2'), expiresAt: clock.now() + 9_000 }
  await running.eventState.write([{ put: 'subscription', record: watching }])

  const restoration = createLiveRestoration(surroundings)
  const configuration = { ...place, workers: 1 } as unknown as Configuration
  const server = createServer(restoration.listenOn(configuration, running))
  await mkdir(place.data, { recursive: true })
  server.listen(join(place.data, 'admin.sock'))
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const ask = (name: string, replace: boolean) =>
    restoreThroughService(place.data, { file: name, replace, progress: nothing })

  await assert.rejects(ask(file, false), /something is stored there already/)
  const short = join(await emptyFolder(t), 'short.tar')
  await writeFile(short, (await readFile(file)).subarray(0, 30_000))
  await assert.rejects(ask(short, true), /cut off/)
  const told = ask(file, true)
  const replace = await restoration.whenReady()
  assert.ok(await running.documents.get(listId))
  await running.close()
  await replace()
  assert.match((await told) ?? '', /before-restore/)

  const again = await place.open()
  t.after(() => again.close())
  assert.deepEqual(await contentOf(again), content)
  assert.deepEqual(await all(again.eventState.subscriptions()), [watching])
  assert.ok(again.afterCrash, 'its watchers are told everything anew')
})

test('what cannot be opened or is no backup is told in words, and makes no folder; a backup of a store that is not there is refused', async (t) => {
  const place = await levelPlace(t)
  await assert.rejects(restored(place, '/nonexistent/backup.tar'), /ENOENT/)
  const file = join(await emptyFolder(t), 'notes.txt')
  await writeFile(file, 'something else')
  await assert.rejects(restored(place, file), /it is no backup of Visage/)
  const missing = { ...place, data: join(place.data, 'mistyped') } as unknown as Configuration
  await assert.rejects(
    withBackup(missing, surroundings, () => Promise.resolve()),
    /there is no store in/,
  )
  assert.deepEqual(await readdir(place.data), [])
})
