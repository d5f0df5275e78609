/** Erasure: nothing of a person is in any file of the store afterwards, and nothing of anybody else is lost. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { RESOURCE_LISTS } from '../../core/model/document-id.ts'
import { silentLog } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createErasure } from '../../service/people/erasure.ts'
import { systemClock } from '../../service/system-clock.ts'
import { fillWithPerson, tracesOf, type Traces } from './support/person-in-store.ts'

const clock = systemClock

async function openStore(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-erase-'))
  let store = await openLevelStore({ folder, clock, log: silentLog })
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  return {
    folder,
    store: () => store,
    reopen: async () => {
      await store.close()
      store = await openLevelStore({ folder, clock, log: silentLog })
    },
  }
}

const eraserOf = (store: OpenedStore) => createErasure({ store, clock, patience: 0 })

/** Names of the files that hold one of them, and which. */
function found(folder: string, traces: Traces): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(folder, name)
    const hits = (bytes: Buffer | string) =>
      Object.entries(traces).flatMap(([what, trace]) =>
        bytes.includes(trace as string) ? [`${name}: ${what}`] : [],
      )
    return [...hits(name), ...(statSync(path).isFile() ? hits(readFileSync(path)) : [])]
  })
}

test('after erase no file of the data folder holds address, name, alias, number, image or its hash', async (t) => {
  const { folder, store, reopen } = await openStore(t)
  const person = await fillWithPerson(store(), { name: 'alice', image: randomBytes(900) })
  await fillWithPerson(store(), { name: 'bob', image: randomBytes(900) })
  await reopen()
  assert.notDeepEqual(found(folder, tracesOf(person)), [], 'all of it would be found')
  const report = await eraserOf(store())('alice@example.com')
  assert.deepEqual(report, {
    ...{ documents: 2, publications: 1, subscriptions: 2, registrations: 1, contacts: 1 },
    mentions: 0,
  })
  assert.deepEqual(found(folder, tracesOf(person)), [])
  await reopen()
  assert.deepEqual(found(folder, tracesOf(person)), [])
  const bob = await store().accounts.find('sip:bob@example.com' as Aor)
  assert.equal(bob?.name, 'Name of bob')
  assert.equal((await store().documents.list('sip:bob@example.com' as Aor)).length, 2)
})

test('an image that somebody else has, too, stays theirs', async (t) => {
  const { store } = await openStore(t)
  const image = randomBytes(900)
  const { hash } = await fillWithPerson(store(), { name: 'alice', image })
  await fillWithPerson(store(), { name: 'bob', image })
  await eraserOf(store())('alice@example.com')
  assert.deepEqual(Buffer.from((await store().documents.image(hash)) ?? []), image)
  await eraserOf(store())('bob@example.com')
  assert.equal(await store().documents.image(hash), undefined)
})

test('documents of others that name the person are counted, and stay', async (t) => {
  const { store } = await openStore(t)
  await fillWithPerson(store(), { name: 'alice', image: randomBytes(90) })
  const id = { auid: RESOURCE_LISTS, tree: 'sip:bob@example.com' as Aor, path: 'index' }
  const body = Buffer.from('<entry uri="sip:alice@example.com"/>')
  await store().documents.put(id, { contentType: 'application/resource-lists+xml', body }, {})
  const { mentions } = await eraserOf(store())('alice@example.com')
  assert.equal(mentions, 1)
  assert.ok(await store().documents.get(id))
})

test('an erasure that was interrupted anywhere is ended by the next one', async (t) => {
  const interrupted: (keyof OpenedStore)[] = ['documents', 'eventState', 'accounts', 'people']
  for (const [index, part] of interrupted.entries()) {
    const { folder, store } = await openStore(t)
    const person = await fillWithPerson(store(), { name: 'alice', image: randomBytes(900) })
    const methods = {
      documents: 'delete',
      eventState: 'write',
      accounts: 'remove',
      people: 'forget',
    }
    const method = Object.values(methods)[index] ?? ''
    const broken = {
      ...store(),
      [part]: {
        ...(store()[part] as object),
        [method]: () => Promise.reject(new Error('killed')),
      },
    }
    await assert.rejects(eraserOf(broken)('alice@example.com'), /killed/)
    await eraserOf(store())('alice@example.com')
    assert.deepEqual(found(folder, tracesOf(person)), [], part)
  }
})

test('of somebody who is not there nothing is erased, and that is said', async (t) => {
  const { store } = await openStore(t)
  await assert.rejects(eraserOf(store())('nobody@example.com'), { kind: 'absent' })
  assert.equal(await store().accounts.find('sip:nobody@example.com' as Aor), undefined)
})

test('people without an account, as proxies have them, are erased, too', async (t) => {
  const { folder, store } = await openStore(t)
  const person = await fillWithPerson(store(), { name: 'alice', image: randomBytes(900) })
  await store().accounts.remove('sip:alice@example.com' as Aor)
  const { documents } = await eraserOf(store())('sip:alice@example.com')
  assert.equal(documents, 2)
  assert.deepEqual(found(folder, tracesOf(person)), [])
})
