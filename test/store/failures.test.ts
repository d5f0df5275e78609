/** The embedded store when something is wrong: clear errors, and nothing that was acknowledged is lost. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLog, type Log } from '../../core/model/log.ts'
import { bodyKey } from '../../core/store/body-record.ts'
import { documentKey } from '../../core/store/document-record.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { recordKey } from '../../core/store/record-key.ts'
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
  text,
} from './contract/sample.ts'
import { damage, recordingLog } from './support/damage.ts'
import { emptyFolder } from './support/store-folder.ts'

const clock = createManualClock()
const open = (folder: string, log: Log = silentLog) => openLevelStore({ folder, clock, log })
const rejectsWith = (name: string) => (error: unknown) =>
  error instanceof Error && error.name === name

test('a store that is open already is refused with a message for the operator', async (t) => {
  const folder = await emptyFolder(t)
  const store = await open(folder)
  await assert.rejects(open(folder), { message: /the store in .* is in use by another process/ })
  await store.documents.put(listId, text('still works'), {})
  await store.close()
})

test('a damaged document of a usage is reported, the others are given', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  await first.documents.put(listId, text('damaged'), {})
  await first.documents.put({ ...listId, tree: bob }, text('whole'), {})
  await first.close()
  await damage(folder, 'documents', documentKey(listId))

  const { log, lines } = recordingLog()
  const { documents, close } = await open(folder, log)
  const found: string[] = []
  for await (const { id } of documents.ofUsage(listId.auid)) found.push(id.tree)
  assert.deepEqual(found, [bob])
  assert.match(lines.join('\n'), /resource-lists index' cannot be read: it is damaged/)
  await close()
})

test('totals that are damaged lock nobody out', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  await first.documents.put(listId, text('kept'), {})
  await first.close()
  await damage(folder, 'documents', recordKey('totals', alice))

  const { documents, close } = await open(folder)
  const allowance = { documents: 1, bytes: 10 }
  assert.equal((await documents.put(listId, text('longer'), {}, allowance)).outcome, 'replaced')
  await close()
})

test('a damaged document is reported by its key, left as it is, and the rest goes on', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  await first.documents.put(listId, text('damaged'), {})
  await first.documents.put({ ...listId, path: 'other' }, text('whole'), {})
  await first.close()
  await damage(folder, 'documents', documentKey(listId))

  const { log, lines } = recordingLog()
  const { documents, close } = await open(folder, log)
  await assert.rejects(async () => documents.get(listId), rejectsWith('RecordUnreadable'))
  await assert.rejects(async () => documents.metadata(listId), { message: /resource-lists.*index/ })
  assert.deepEqual(
    (await documents.list(alice)).map(({ id }) => id.path),
    ['other'],
  )
  assert.match(lines.join('\n'), /resource-lists index' cannot be read: it is damaged/)
  // Nobody can know its tag, but it exists and its owner may replace it.
  const created = await documents.put(listId, text('new'), { ifNoneMatch: '*' })
  assert.equal(created.outcome, 'precondition-failed')
  assert.equal((await documents.put(listId, text('new'), {})).outcome, 'replaced')
  assert.equal((await documents.metadata(listId))!.size, 3)
  await close()
})

test('a record of a newer format is not misread', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  await first.accounts.put(account(alice, ['alice']))
  await first.accounts.put(account(bob, ['bob']))
  await first.close()
  await damage(folder, 'documents', recordKey('account', alice), Buffer.from([9, 1, 2, 3, 4, 5]))

  const { log, lines } = recordingLog()
  const { accounts, close } = await open(folder, log)
  await assert.rejects(async () => accounts.find(alice), { message: /its format 9 is newer/ })
  await assert.rejects(async () => accounts.findByUsername('example.com', 'alice'))
  const listed = []
  for await (const { aor } of accounts.list()) listed.push(aor)
  assert.deepEqual(listed, [bob])
  assert.equal(lines.length, 1)
  await close()
})

test('a damaged icon is no icon, a damaged index does not hide one', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  await first.documents.put(iconId('a'), icon('a'), {})
  await first.documents.put(iconId('a', bob), icon('b'), {})
  await first.close()
  await damage(folder, 'documents', recordKey('icons', alice))
  await damage(folder, 'documents', documentKey(iconId('a', bob)))
  await damage(folder, 'documents', recordKey('sequence'))

  const { documents, close } = await open(folder)
  assert.equal((await documents.currentIcon(alice))!.token, 'a')
  assert.equal(await documents.currentIcon(bob), undefined)
  await documents.put(iconId('b'), icon('newest'), {})
  assert.equal((await documents.currentIcon(alice))!.token, 'newest')
  await close()
})

test('a damaged publication is skipped and reported, the others are loaded', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  const [bad, good] = [publication(alice), publication(bob)]
  await first.eventState.write([
    { put: 'publication', record: bad },
    { put: 'publication', record: good },
  ])
  await first.close()
  await damage(folder, 'event-state', recordKey('publication', alice, 'presence', bad.id))

  const { log, lines } = recordingLog()
  const { eventState, close } = await open(folder, log)
  const loaded = []
  for await (const record of eventState.publications()) loaded.push(record)
  assert.deepEqual(loaded, [good])
  assert.match(lines.join('\n'), /publication sip:alice@example.com presence/)
  await close()
})

test('a body that is damaged or lost beside its document is not given out, and can be replaced', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  const [damaged, lost] = [listId, { ...listId, tree: bob }]
  for (const id of [damaged, lost]) await first.documents.put(id, text('x'.repeat(20_000)), {})
  await first.close()
  await damage(folder, 'documents', bodyKey(damaged))
  await damage(folder, 'documents', bodyKey(lost), null)

  const { documents, close } = await open(folder)
  await assert.rejects(async () => documents.get(damaged), { message: /it is damaged/ })
  await assert.rejects(async () => documents.get(lost), { message: /body is missing/ })
  for (const id of [damaged, lost]) {
    assert.equal((await documents.metadata(id))!.size, 20_000)
    assert.equal((await documents.put(id, text('new'), {})).outcome, 'replaced')
    assert.equal((await documents.get(id))!.body.length, 3)
  }
  await close()
})

test('an image whose file was changed or lost is not given out, and a new upload mends it', async (t) => {
  const folder = await emptyFolder(t)
  const { documents, close } = await open(folder)
  const content = icon('a')
  const name = content.icon!.hash
  const file = join(folder, 'blobs', name.slice(0, 2), name)
  await documents.put(iconId('a'), content, {})
  await writeFile(file, 'other bytes')
  await assert.rejects(async () => documents.get(iconId('a')), rejectsWith('RecordUnreadable'))
  await rm(file)
  await assert.rejects(async () => documents.get(iconId('a')), { message: /body is missing/ })
  assert.equal(await documents.image(name), undefined)
  await documents.put(iconId('a'), content, {})
  assert.deepEqual(Buffer.from((await documents.image(name))!), Buffer.from(content.icon!.bytes))
  await close()
})

test('bytes under a wrong hash are not stored', async (t) => {
  const { documents, close } = await open(await emptyFolder(t))
  const content = icon('a')
  const wrong = { ...content, icon: { ...content.icon!, hash: '../'.repeat(21) + 'x' } }
  await assert.rejects(documents.put(iconId('a'), wrong, {}), RangeError)
  assert.equal(await documents.get(iconId('a')), undefined)
  await close()
})

test('what an interrupted write left behind is cleared away at the next start', async (t) => {
  const folder = await emptyFolder(t)
  const first = await open(folder)
  const content = icon('a')
  await first.documents.put(iconId('a'), content, {})
  await first.close()
  const orphan = hash('sha256', Buffer.from('orphan'))
  await mkdir(join(folder, 'blobs', orphan.slice(0, 2)), { recursive: true })
  await writeFile(join(folder, 'blobs', orphan.slice(0, 2), orphan), 'orphan')
  await writeFile(join(folder, 'blobs', 'new', 'unfinished'), 'half')

  const { documents, close } = await open(folder)
  for (let tries = 0; tries < 1000 && (await documents.image(orphan)); tries++) {
    await new Promise((next) => setImmediate(next))
  }
  assert.equal(await documents.image(orphan), undefined)
  assert.ok(await documents.image(content.icon!.hash))
  assert.deepEqual(await readdir(join(folder, 'blobs', 'new')), [])
  await close()
})

test('a closed store answers nothing and breaks nothing', async (t) => {
  const store = await open(await emptyFolder(t))
  const late = store.documents.put(listId, text('late'), {})
  await store.close()
  assert.equal((await late).outcome, 'created')
  const closed = rejectsWith('StoreUnavailable')
  await assert.rejects(async () => store.documents.metadata(listId), closed)
  await assert.rejects(store.documents.put(listId, text('x'), {}), closed)
  await assert.rejects(store.accounts.put(account(alice, ['a'])), closed)
  await assert.rejects(store.eventState.write([{ remove: 'subscription', id: 'x' }]), closed)
})

test('kill -9 of the writing process: every acknowledged write is there', async (t) => {
  const folder = await emptyFolder(t)
  const program = fileURLToPath(new URL('./support/writing-process.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: string[] = []
  const kinds = new Set<string | undefined>()
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(line)
    kinds.add(line.split(' ')[0])
    // On a slow disk a thousand publications are written before the first icon.
    if (acknowledged.length >= 1_000 && kinds.size === 3) child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  assert.equal(child.signalCode, 'SIGKILL')

  const { documents, eventState, close } = await open(folder)
  const published = new Set<string>()
  for await (const { presentity } of eventState.publications()) published.add(presentity)
  for (const line of acknowledged) {
    const [kind, name = ''] = line.split(' ')
    if (kind === 'publication') assert.ok(published.has(name), line)
    else if (kind === 'icon') assert.ok(await documents.get(iconId(name)), line)
    else assert.ok(await documents.get({ ...listId, path: name }), line)
  }
  const newestIcon = acknowledged.filter((line) => line.startsWith('icon')).length - 1
  assert.ok(Number((await documents.currentIcon(alice))!.token.slice(1)) >= newestIcon)
  await close()
})

test('in a folder that anybody may enter, hashes and documents are private all the same', async (t) => {
  const folder = await emptyFolder(t)
  await chmod(folder, 0o755)
  const store = await open(folder)
  t.after(() => store.close())
  for (const inside of ['documents', 'event-state', 'blobs/new']) {
    assert.equal((await stat(join(folder, inside))).mode & 0o077, 0, inside)
  }
})
