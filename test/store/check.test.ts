/** Check and repair of a store: what is damaged is found and named, and all else is there afterwards. */
import assert from 'node:assert/strict'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { Level } from 'level'
import { silentLog } from '../../core/model/log.ts'
import type { SnapshotStore } from '../../core/model/store-snapshot.ts'
import { sealJson } from '../../core/store/record-envelope.ts'
import { recordKey } from '../../core/store/record-key.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createCheckListener } from '../../service/check/check-listener.ts'
import { checkThroughService } from '../../service/check/check-request.ts'
import { checkStore } from '../../service/check/store-check.ts'
import { openStoreAt } from '../../service/open-store.ts'
import type { StoreSettings } from '../../service/store-place.ts'
import { isInstalled } from '../setup/debian-tools.mjs'
import { createManualClock } from '../support/manual-clock.ts'
import { createSeededRandom } from '../support/seeded-random.ts'
import {
  account,
  alice,
  bob,
  hash,
  icon,
  iconId,
  listId,
  publication,
  subscription,
  text,
} from './contract/sample.ts'
import { startCluster } from './postgres/cluster.ts'
import { emptyFolder } from './support/store-folder.ts'

const skip = isInstalled('postgres') ? false : 'PostgreSQL is missing: apt-get install postgresql'
const cluster = skip === false ? await startCluster() : undefined
after(() => cluster?.stop())

const clock = createManualClock()
const surroundings = { clock, log: silentLog, progress: () => undefined }
const level: StoreSettings = { type: 'level' }
const openLevel = (data: string) => openStoreAt({ type: 'level' }, data, surroundings)
const check = (data: string, { repair = false, store = level } = {}) =>
  checkStore({ data, store, repair }, surroundings)

async function fill(store: SnapshotStore): Promise<void> {
  const { accounts, documents, sessions } = store
  await accounts.put(
    account(alice, ['alice'], ['tel:+49301234' as Aor, 'sip:a\u0000b@example.com' as Aor]),
  )
  await accounts.put(account(bob, ['bob']))
  await sessions.add({
    ...{ id: hash('sha256', Buffer.from('token')), aor: alice, created: clock.now() },
    ...{ expires: clock.now() + 9_000_000, remembered: true, credentials: [] },
  })
  const image = Buffer.alloc(3_000, 7)
  await documents.put(iconId('a.png'), icon('t', image), {})
  await documents.put(iconId('b.png'), icon('t', image), {})
  await documents.put(iconId('c.png', bob), icon('u'), {})
  await documents.put(iconId('gone.png', bob), icon('v'), {})
  await documents.delete(iconId('gone.png', bob), {})
  await documents.put(listId, text('<a/>'), {})
  await documents.put({ ...listId, path: 'beside' }, text('y'.repeat(20_000)), {})
  await documents.put({ ...listId, path: 'blob' }, text('z'.repeat(100_000)), {})
  await documents.put({ ...listId, tree: 'global' }, text('<b/>'), {})
  await store.administration.put('icon-lock', alice, {})
  await store.secrets.secret('icon-token')
  await store.eventState.write([
    { put: 'publication', record: publication(alice) },
    { put: 'subscription', record: subscription('s') },
  ])
}

async function filledFolder(t: TestContext): Promise<string> {
  const data = await emptyFolder(t)
  const store = await openLevel(data)
  await fill(store)
  await store.close()
  return data
}

const entriesOf = async (database: Level<string, Buffer>) => database.iterator().all()

async function withLevel<T>(data: string, action: (level: Level<string, Buffer>) => Promise<T>) {
  const database = new Level<string, Buffer>(join(data, 'documents'), { valueEncoding: 'buffer' })
  try {
    return await action(database)
  } finally {
    await database.close()
  }
}

test('a store in which all is well has no problems', async (t) => {
  assert.deepEqual(await check(await filledFolder(t)), [])
  assert.deepEqual(await check(await emptyFolder(t)), [])
})

/** Each takes a second. */
const TIMES = 3

test('whatever record is damaged or lost: the check finds it, repairs it, and the rest is as it was', async (t) => {
  const random = createSeededRandom(8)
  const data = await filledFolder(t)
  const count = (await withLevel(data, entriesOf)).length
  for (let time = 0; time < TIMES; time++) {
    const at = random.integer(count)
    const folder = await emptyFolder(t)
    await cp(data, folder, { recursive: true })
    const isLoss = random.chance(0.3)
    const key = await withLevel(folder, async (database) => {
      const [name, value] = (await entriesOf(database))[at] ?? []
      assert.ok(name !== undefined && value)
      const octet = random.integer(value.length)
      value.writeUInt8(value.readUInt8(octet) ^ 0x41, octet)
      await (isLoss ? database.del(name) : database.put(name, value))
      return name
    })
    const kind = key.split('\0')[0] ?? ''
    // Nothing else tells that these were there.
    const leavesNoTrace = ['administration', 'secret', 'sequence', 'session-count'].includes(kind)
    const found = await check(folder)
    if (!(isLoss && leavesNoTrace)) assert.notDeepEqual(found, [], `${key} ${isLoss}`)
    assert.ok(found.every(({ isRepaired }) => !isRepaired))
    await check(folder, { repair: true })
    assert.deepEqual(await check(folder), [], key)
    await stillThere(folder, kind)
  }
})

/** The list of `global` depends on nothing but itself. */
async function stillThere(data: string, damaged: string): Promise<void> {
  const store = await openLevel(data)
  const { documents, accounts } = store
  const lists = await documents.list(alice, listId.auid)
  const icons = [...(await documents.list(alice)), ...(await documents.list(bob))]
  const people = (await Promise.all([accounts.find(alice), accounts.find(bob)])).filter(Boolean)
  const found = { lists: lists.length, icons: icons.length - lists.length, people: people.length }
  const lost = damaged === 'document' || damaged === 'body' ? 1 : 0
  assert.ok(found.lists + found.icons >= 6 - lost, JSON.stringify(found))
  assert.equal(found.people, damaged === 'account' ? 1 : 2)
  await store.close()
}

test('a record that is whole, but not of the form of its kind, is found and goes into lost+found', async (t) => {
  const data = await filledFolder(t)
  const key = recordKey('administration', 'icon-lock', alice)
  await withLevel(data, (database) => database.put(key, sealJson(7)))
  const [problem, ...others] = await check(data, { repair: true })
  assert.deepEqual([problem?.what, problem?.where], ['unreadable', key.replaceAll('\0', ' ')])
  assert.deepEqual(others, [])
  assert.deepEqual(await check(data), [])
})

test('a damaged or lost image takes its documents with it into lost+found, under their names; one that nobody wants goes there too', async (t) => {
  const data = await filledFolder(t)
  const image = hash('sha256', Buffer.alloc(3_000, 7))
  await writeFile(join(data, 'blobs', image.slice(0, 2), image), 'something else')
  const orphan = hash('sha256', Buffer.from('orphan'))
  await writeFile(join(data, 'blobs', orphan.slice(0, 2), orphan), 'orphan')
  const wheres = (await check(data, { repair: true })).map(({ where }) => where)
  assert.ok(wheres.some((where) => where.includes('a.png')))
  assert.ok(wheres.includes(`blob ${image}`))
  const names = await readFile(join(data, 'lost+found', 'names.jsonl'), 'utf8')
  assert.match(names, /b\.png/)
  assert.ok((await readdir(join(data, 'lost+found'))).length >= 4)
  assert.deepEqual(await check(data), [])
  const store = await openLevel(data)
  t.after(() => store.close())
  assert.equal(await store.documents.currentIcon(alice), undefined)
  assert.ok(await store.documents.get({ ...listId, path: 'blob' }))
  await rm(join(data, 'lost+found'), { recursive: true })
})

test(
  'on PostgreSQL wrong counts, names and records are found and repaired; a damaged image is named with its documents',
  { skip },
  async (t) => {
    const data = await emptyFolder(t)
    const { store, ask, opened } = await filledDatabase()
    await opened.close()
    await ask(DAMAGES.map(([damage]) => damage).join(';'))
    const told = await check(data, { store })
    assert.deepEqual(
      told.map(({ what, where }) => `${what}: ${where}`).sort(),
      DAMAGES.flatMap(([, expected]) => expected).sort(),
    )
    const repaired = await check(data, { store, repair: true })
    assert.ok(repaired.every(({ isRepaired }) => isRepaired))
    assert.deepEqual(await check(data, { store }), [])
    assert.match(await readFile(join(data, 'lost+found', 'names.jsonl'), 'utf8'), /subscription s/)
    await ask(`UPDATE document SET size = size + 1 WHERE path = 'beside'`)
    await ask(`UPDATE image SET bytes = overlay(bytes placing '\\x00' from 1)`)
    const left = await check(data, { store, repair: true })
    const wheres = left.map(({ where }) => where)
    assert.ok(left.length > 0 && left.filter(({ isRepaired }) => isRepaired).length === 1)
    assert.equal(wheres.filter((where) => where.startsWith('image ')).length, 2)
    assert.equal(wheres.filter((where) => where.includes('.png')).length, 3)
    assert.ok(wheres.some((where) => where.startsWith('body of ')))
  },
)

/** What is done to the database, and what is told of it. */
const DAMAGES: readonly (readonly [string, readonly string[]])[] = [
  [
    `UPDATE image SET uses = 7 WHERE hash = '${hash('sha256', Buffer.alloc(3_000, 7))}'`,
    [`wrong: image ${hash('sha256', Buffer.alloc(3_000, 7))}`],
  ],
  [`UPDATE tree SET documents = 9 WHERE name = 'global'`, ['wrong: totals global']],
  [`DELETE FROM tree WHERE name = '${bob}'`, [`missing: totals ${bob}`]],
  [
    `INSERT INTO account_address VALUES ('sip:nobody@example.com', 'sip:nobody@example.com')`,
    ['orphan: address sip:nobody@example.com'],
  ],
  [
    `UPDATE account_address SET aor = '${bob}' WHERE address = 'tel:+49301234'`,
    [`orphan: address tel:+49301234 of ${bob}`, `missing: address tel:+49301234 of ${alice}`],
  ],
  [
    `DELETE FROM account_username WHERE username = 'bob'`,
    [`missing: username example.com bob of ${bob}`],
  ],
  [
    `INSERT INTO account_username VALUES ('example.com', 'nobody', 'sip:nobody@example.com')`,
    ['orphan: username example.com nobody'],
  ],
  [`SELECT setval('document_sequence', 1)`, ['wrong: sequence']],
  [
    `UPDATE browser_session SET credentials = '{}'`,
    [`unreadable: browser_session ${hash('sha256', Buffer.from('token'))}`],
  ],
  [`UPDATE administration SET value = '7'`, [`unreadable: administration icon-lock ${alice}`]],
  [`UPDATE subscription SET presentity = '${bob}'`, ['unreadable: subscription s']],
]

test(
  'on PostgreSQL a check goes on while a service writes, and tells nothing that is not so; a repair is refused',
  { skip },
  async (t) => {
    const data = await emptyFolder(t)
    const { store, opened } = await filledDatabase()
    t.after(() => opened.close())
    const end = keepWriting(opened)
    const found = []
    try {
      for (let time = 0; time < 3; time++) found.push(...(await check(data, { store })))
    } finally {
      await end()
    }
    assert.deepEqual(found, [])
    await assert.rejects(
      check(data, { store: { ...store, node: 'two' }, repair: true }),
      /another Visage/,
    )
  },
)

/** Until what it gives is called. */
function keepWriting({ documents, accounts, sessions }: SnapshotStore): () => Promise<void> {
  const over = new AbortController()
  const writing = (async () => {
    for (let time = 0; !over.signal.aborted; time++) {
      await documents.put(iconId('a.png'), icon('t', Buffer.from(`image ${time}`)), {})
      await accounts.put(account(bob, [`bob${time}`]))
      await documents.put({ ...listId, path: 'new' }, text('y'.repeat(20_000 + time)), {})
      await documents.delete({ ...listId, path: 'new' }, {})
      const id = hash('sha256', Buffer.from(`session ${time}`))
      await sessions.add({ ...(await sessions.ofAccount(alice))[0]!, id })
      await sessions.remove(id)
    }
  })()
  return () => {
    over.abort()
    return writing
  }
}

test('a service checks its embedded store while it writes, tells nothing that is not so, and names what is damaged', async (t) => {
  const data = await emptyFolder(t)
  const store = await openLevel(data)
  t.after(() => store.close())
  await fill(store)
  const server = createServer(createCheckListener({ ...store, log: silentLog }))
  server.listen(join(data, 'admin.sock'))
  t.after(() => server.close())
  const ask = () => checkThroughService(data, () => undefined)
  const end = keepWriting(store)
  try {
    for (let time = 0; time < 3; time++) assert.deepEqual(await ask(), { problems: [], found: 0 })
    const both = await Promise.allSettled([ask(), ask()])
    assert.ok(
      both.some(({ status }) => status === 'rejected'),
      'one at a time',
    )
  } finally {
    await end()
  }
  const image = hash('sha256', Buffer.alloc(3_000, 7))
  await writeFile(join(data, 'blobs', image.slice(0, 2), image), 'something else')
  const told = await ask()
  assert.match(told?.problems[0]?.where ?? '', /b\.png/)
  assert.ok(told?.problems.every(({ isRepaired }) => !isRepaired))
  assert.ok(!(await readdir(data)).includes('check.unfinished'))
})

async function filledDatabase() {
  const name = await cluster!.createDatabase()
  const store = { type: 'postgres', url: cluster!.url(name), node: 'one' } as const
  const opened = await openStoreAt(store, '.', surroundings)
  await fill(opened)
  const ask = (statement: string) => cluster!.primary.query(statement, name)
  return { store, opened, ask }
}
