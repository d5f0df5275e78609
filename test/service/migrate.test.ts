/** Migration of a store from the embedded engine to PostgreSQL and back: nobody outside notices. */
import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { newEntityTag } from '../../core/model/entity-tag.ts'
import { silentLog } from '../../core/model/log.ts'
import type { TransferableStore } from '../../core/model/store-transfer.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { migrateStore } from '../../service/migration/store-migration.ts'
import { namedStore } from '../../service/migration/named-store.ts'
import { isInstalled } from '../setup/debian-tools.mjs'
import { createManualClock } from '../support/manual-clock.ts'
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
} from '../store/contract/sample.ts'
import { startCluster } from '../store/postgres/cluster.ts'
import { emptyFolder } from '../store/support/store-folder.ts'

const skip = isInstalled('postgres') ? false : 'PostgreSQL is missing: apt-get install postgresql'
const cluster = skip === false ? await startCluster() : undefined
after(() => cluster?.stop())
const emptyDatabase = async () => cluster!.url(await cluster!.createDatabase())

const clock = createManualClock()
const surroundings = { clock, log: silentLog }
const carol = 'sip:carol@xmpp.example.net' as Aor

const open = (name: string) => namedStore(name, 'one').open(surroundings)

const MANY = 60

/** Something of everything, some of it written over. */
async function fill({
  documents,
  accounts,
  sessions,
  neighbours,
  eventState,
  secrets,
}: TransferableStore) {
  const later = clock.now() + 3_600_000
  await secrets.secret('icon-token')
  await accounts.put(account(alice, ['alice', 'al\u0000ice'], ['tel:+49301234' as Aor]))
  await accounts.put(account(bob, ['bob']))
  await sessions.add({
    ...{ id: hash('sha256', Buffer.from('token')), aor: alice, created: clock.now() },
    ...{ expires: later, remembered: true, credentials: [] },
  })
  await documents.put(iconId('z.png'), icon('tz'), {})
  clock.advance(5)
  await documents.put(iconId('a.png'), icon('ta'), {})
  await documents.put(iconId('m.png', bob), icon('tm', Buffer.alloc(200_000, 7)), {})
  await documents.put(iconId('z.png'), icon('tz2'), {})
  await documents.put(listId, text('<resource-lists/>'), {})
  await documents.put(
    { ...listId, tree: 'global', path: 'strange\u0000 /ü' },
    text('x'.repeat(100_000)),
    {},
  )
  // More in one tree than are copied at once.
  for (let number = 0; number < MANY; number++) {
    await documents.put({ ...listId, path: `many/${number}` }, text(`<a>${number}</a>`), {})
  }
  await neighbours.writePairs([
    {
      put: { user: alice, contact: carol, to: 'granted', from: 'asked', toSince: 1, fromSince: 2 },
    },
  ])
  await neighbours.writeListed(alice, [carol])
  await neighbours.rememberCapabilities('sha-1 x', ['urn:a'])
  await eventState.write([
    { put: 'publication', record: { ...publication(alice), expiresAt: later } },
    { put: 'publication', record: { ...publication(bob), expiresAt: clock.now() } },
    { put: 'subscription', record: { ...subscription('s1'), expiresAt: later } },
    {
      put: 'binding',
      record: {
        ...{ aor: alice, contact: 'sip:alice@192.0.2.1', callId: 'c', cseq: 1 },
        ...{ expiresAt: later, parameters: '' },
      },
    },
  ])
}

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

/** What anybody outside can see of a store. */
async function seenIn(store: TransferableStore) {
  const { documents, accounts, sessions, neighbours, eventState, secrets } = store
  const trees = [alice, bob, 'global'] as const
  const listed = (await Promise.all(trees.map((tree) => documents.list(tree)))).flat()
  return {
    documents: await Promise.all(
      listed.map(async ({ id }) => {
        const found = await documents.get(id)
        const image = found?.icon && (await documents.image(found.icon.hash))
        return { ...found, body: Buffer.from(found!.body), image: image && Buffer.from(image) }
      }),
    ),
    icons: [await documents.currentIcon(alice), await documents.currentIcon(bob)],
    byToken: await Promise.all(
      ['ta', 'tz', 'tz2', 'tm'].map((token) => Promise.resolve(documents.iconByToken(token))),
    ),
    accounts: await all(accounts.list()),
    sessions: await sessions.ofAccount(alice),
    secret: Buffer.from(await secrets.secret('icon-token')),
    pairs: await all(neighbours.pairs()),
    listed: await all(neighbours.listed()),
    capabilities: await all(neighbours.capabilities()),
    publications: (await all(eventState.publications())).filter(
      ({ expiresAt }) => expiresAt > clock.now(),
    ),
    subscriptions: await all(eventState.subscriptions()),
    bindings: await all(eventState.bindings()),
  }
}

async function migrated(from: string, to: string) {
  const [source, target] = [await open(from), await open(to)]
  try {
    const report = await migrateStore({ from: source, to: target, clock }, () => undefined)
    return Object.fromEntries(report.map(({ kind, found, written }) => [kind, { found, written }]))
  } finally {
    await source.close()
    await target.close()
  }
}

async function seenAt(name: string) {
  const store = await open(name)
  try {
    return await seenIn(store)
  } finally {
    await store.close()
  }
}

async function filledStore(t: TestContext): Promise<string> {
  const name = `level:${await emptyFolder(t)}`
  const store = await open(name)
  await fill(store)
  await store.close()
  return name
}

test(
  'a store is the same after it was moved to a database: bytes, tags, times, tokens, secrets, event state',
  { skip },
  async (t) => {
    const level = await filledStore(t)
    const postgres = await emptyDatabase()
    const before = await seenAt(level)

    const first = await migrated(level, postgres)
    assert.deepEqual(first['documents'], { found: 5 + MANY, written: 5 + MANY })
    assert.deepEqual(first['publications'], { found: 1, written: 1 })
    assert.deepEqual(await seenAt(postgres), before)
    assert.equal(before.icons[0]!.token, 'tz2')

    const second = await migrated(level, postgres)
    for (const [kind, { found, written }] of Object.entries(second)) {
      assert.deepEqual({ kind, written }, { kind, written: 0 })
      assert.equal(found, first[kind]!.found)
    }

    const back = `level:${await emptyFolder(t)}`
    await migrated(postgres, back)
    assert.deepEqual(await seenAt(back), before)
  },
)

test(
  'what was stored in the database since stays, and numbers go on above those that were moved',
  { skip },
  async (t) => {
    const level = await filledStore(t)
    const postgres = await emptyDatabase()
    await migrated(level, postgres)
    const store = await open(postgres)
    const highest = Math.max(...(await store.documents.list(alice)).map(({ sequence }) => sequence))
    clock.advance(1)
    await store.documents.put(iconId('a.png'), icon('newer'), {})
    assert.ok((await store.documents.metadata(iconId('a.png')))!.sequence > highest)
    await store.close()
    assert.equal((await migrated(level, postgres))['documents']!.written, 0)
    assert.equal((await seenAt(postgres)).icons[0]!.token, 'newer')
  },
)

test(
  'what another node looks after is not as it was before the move again',
  { skip },
  async (t) => {
    const level = await filledStore(t)
    const postgres = await emptyDatabase()
    await migrated(level, postgres)
    const other = await namedStore(postgres, 'two').open(surroundings)
    const [moved] = await other.eventState.shared!.publicationsOf(alice, 'presence')
    const record = { ...moved!, tag: newEntityTag(), body: 'newer' }
    await other.eventState.write([{ put: 'publication', record, replaces: moved!.tag }])
    assert.equal((await migrated(level, postgres))['publications']!.written, 0)
    assert.deepEqual(await other.eventState.shared!.publicationsOf(alice, 'presence'), [record])
    await other.close()
  },
)

test(
  'a database that has secrets of its own is refused, and so is a store that a Visage has open',
  { skip },
  async (t) => {
    const level = await filledStore(t)
    const postgres = await emptyDatabase()
    const served = await open(postgres)
    await served.secrets.secret('icon-token')
    await served.close()
    await assert.rejects(migrated(level, postgres), { message: /has another secret icon-token/ })

    const running = await open(level)
    await assert.rejects(migrated(level, postgres), { message: /is in use by another process/ })
    await running.close()
  },
)
