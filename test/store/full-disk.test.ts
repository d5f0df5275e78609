/** The embedded store on a disk that fills up. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import type { WriteOutcome } from '../../core/model/stores.ts'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { alice, icon, iconId, listId, publication, text } from './contract/sample.ts'
import { mayMount, smallDisk } from './support/store-folder.ts'

const MEBIBYTE = 1024 * 1024
const skip = mayMount ? false : 'only root can mount a small disk'

const isFull = (error: unknown) => error instanceof StoreUnavailable && error.trouble === 'full'

/** Calls `write` with 0, 1, 2, … until it is refused; says how many were acknowledged. */
async function until(refused: (error: unknown) => boolean, write: (n: number) => Promise<unknown>) {
  for (let n = 0; n < 100_000; n++) {
    try {
      await write(n)
    } catch (error) {
      assert.ok(refused(error), String(error))
      return n
    }
  }
  return assert.fail('the disk never filled up')
}

test(
  'a full disk: writes are refused, reads go on, and with room again writes do too',
  { skip },
  async (t) => {
    const disk = await smallDisk(t, 32)
    const ballast = join(disk, 'ballast')
    await writeFile(ballast, randomBytes(14 * MEBIBYTE))
    const clock = createManualClock()
    const folder = join(disk, 'data')
    let store: OpenedStore = await openLevelStore({ folder, clock, log: silentLog })
    const put = (n: number): Promise<WriteOutcome> =>
      store.documents.put({ ...listId, path: `${n}` }, text(randomBytes(2_500).toString('hex')), {})

    const stored = await until(isFull, put)
    assert.ok(stored > 100)
    await assert.rejects(put(0), isFull)
    clock.advance(60_000)
    await assert.rejects(put(0), isFull)
    for (let n = 0; n < stored; n++) {
      assert.ok(
        await store.documents.get({ ...listId, path: `${n}` }),
        `document ${n} while it is full`,
      )
    }

    await rm(ballast)
    clock.advance(60_000)
    assert.equal((await put(stored + 1)).outcome, 'created')
    await Promise.all([put(stored + 2), put(stored + 3)])
    await store.close()

    store = await openLevelStore({ folder, clock, log: silentLog })
    for (const n of [...Array(stored).keys(), stored + 1, stored + 2, stored + 3]) {
      assert.ok(
        await store.documents.get({ ...listId, path: `${n}` }),
        `document ${n} after a restart`,
      )
    }
    const there = (await store.documents.list(alice)).length
    const putOneMore = (documents: number) =>
      store.documents.put(
        { ...listId, path: 'more' },
        text('x'),
        {},
        { documents, bytes: Infinity },
      )
    assert.equal((await putOneMore(there)).outcome, 'no-room', 'what was refused is not counted')
    assert.equal((await putOneMore(there + 1)).outcome, 'created')
    await store.close()
  },
)

test('a full disk: an icon is stored whole or not at all', { skip }, async (t) => {
  const disk = await smallDisk(t, 16)
  const clock = createManualClock()
  const folder = join(disk, 'data')
  const store = await openLevelStore({ folder, clock, log: silentLog })
  const put = (n: number) =>
    store.documents.put(iconId(`${n}`), icon(`t${n}`, randomBytes(200_000)), {})

  const stored = await until(isFull, put)
  assert.equal((await store.documents.currentIcon(alice))!.token, `t${stored - 1}`)
  assert.equal(await store.documents.get(iconId(`${stored}`)), undefined)
  assert.deepEqual(await readdir(join(folder, 'blobs', 'new')), [])
  for (let n = 0; n < stored; n++) assert.ok(await store.documents.get(iconId(`${n}`)))
  await store.close()
})

test(
  'a full disk: event state is refused, and what was acknowledged is loaded again',
  { skip },
  async (t) => {
    const disk = await smallDisk(t, 24)
    const ballast = join(disk, 'ballast')
    await writeFile(ballast, randomBytes(14 * MEBIBYTE))
    const clock = createManualClock()
    const folder = join(disk, 'data')
    let store: OpenedStore = await openLevelStore({ folder, clock, log: silentLog })
    const body = () => randomBytes(30_000).toString('hex')
    const tags = new Set<string>()
    const write = async () => {
      const record = publication(alice, body())
      await store.eventState.write([{ put: 'publication', record }])
      tags.add(record.tag)
    }

    await until(isFull, write)
    await rm(ballast)
    clock.advance(60_000)
    await write()
    await store.close()

    store = await openLevelStore({ folder, clock, log: silentLog })
    for await (const { tag } of store.eventState.publications()) tags.delete(tag)
    assert.equal(tags.size, 0)
    await store.close()
  },
)
