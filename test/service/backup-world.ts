/** Stores for tests of backups: something of everything in them, and what of it a backup must hold. */
import type { TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import type { SnapshotStore } from '../../core/model/store-snapshot.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { writeBackupFile } from '../../service/backup/backup-file.ts'
import { writeBackup } from '../../service/backup/backup-writer.ts'
import { restore } from '../../service/backup/restore.ts'
import { restoreTarget } from '../../service/backup/restore-target.ts'
import { openStoreAt } from '../../service/open-store.ts'
import type { StoreSettings } from '../../service/store-place.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  account,
  alice,
  bob,
  icon,
  iconId,
  listId,
  publication,
  subscription,
  text,
} from '../store/contract/sample.ts'
import { emptyFolder } from '../store/support/store-folder.ts'

export const clock = createManualClock()
export const surroundings = { clock, log: silentLog }
const carol = 'sip:carol@xmpp.example.net' as Aor
export const nothing = () => undefined
export const silent = { written: nothing, checked: nothing }

export interface Place {
  readonly data: string
  readonly store: StoreSettings
  readonly open: () => Promise<SnapshotStore>
}

export async function levelPlace(t: TestContext): Promise<Place> {
  const data = await emptyFolder(t)
  const open = () => openStoreAt({ type: 'level' }, data, surroundings)
  return { data, store: { type: 'level' }, open }
}

/** Something of everything that a backup holds, and of what it does not hold. */
async function fill({ documents, accounts, administration, ...store }: SnapshotStore) {
  const later = clock.now() + 3_600_000
  await accounts.put(account(alice, ['alice', 'al\u0000ice'], ['tel:+49301234' as Aor]))
  await accounts.put(account(bob, ['bob']))
  await administration.put('token', 'a\u0000b', { hash: 'x' })
  await administration.put('icon-lock', bob, {})
  await documents.put(iconId('z.png'), icon('tz'), {})
  await documents.put(iconId('a.png'), icon('ta'), {})
  await documents.put(iconId('m.png', bob), icon('tm', Buffer.alloc(200_000, 7)), {})
  await documents.put(
    { ...iconId('other', bob), path: 'x' },
    { ...icon('to'), body: Buffer.from('<a/>') },
    {},
  )
  await documents.put(listId, text('<resource-lists/>'), {})
  await documents.put({ ...listId, path: 'beside' }, text('y'.repeat(20_000)), {})
  await documents.put(
    { ...listId, tree: 'global', path: 'strange\u0000 /ü' },
    text('x'.repeat(100_000)),
    {},
  )
  await store.neighbours.writePairs([
    {
      put: { user: alice, contact: carol, to: 'granted', from: 'asked', toSince: 1, fromSince: 2 },
    },
  ])
  await store.neighbours.writeListed(alice, [carol])
  await store.neighbours.rememberCapabilities('sha-1 x', ['urn:a'])
  await store.eventState.write([
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
  await store.secrets.secret('icon-token')
}

export async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

export async function contentOf(store: SnapshotStore) {
  const snapshot = await store.snapshot()
  const { documents } = store
  const content = {
    documents: (await all(snapshot.documents())).map(
      ({ id, version, content: { body, icon, ...rest } }) => ({
        ...{ id, version, ...rest, body: Buffer.from(body) },
        icon: icon && { ...icon, bytes: Buffer.from(icon.bytes) },
      }),
    ),
    accounts: await all(snapshot.accounts()),
    administration: await all(snapshot.administration()),
    pairs: await all(snapshot.pairs()),
    listed: await all(snapshot.listed()),
    capabilities: await all(snapshot.capabilities()),
    publications: (await all(snapshot.publications())).filter((one) => one.expiresAt > clock.now()),
    bindings: await all(snapshot.bindings()),
    secret: Buffer.from((await snapshot.secret('icon-token')) ?? ''),
    icons: [await documents.currentIcon(alice), await documents.currentIcon(bob)],
    byAlias: (await store.accounts.find('tel:+49301234' as Aor))?.aor,
  }
  await snapshot.close()
  return content
}

export async function filledStore(place: Place) {
  const store = await place.open()
  await fill(store)
  const content = await contentOf(store)
  return { store, content }
}

/** Of a store that nobody has open. */
export async function backUp(place: Place, file: string) {
  const store = await place.open()
  const made = await writeBackupFile(file, writeBackup(await store.snapshot(), clock.now()), silent)
  await store.close()
  return made
}

export function restored(place: Place, file: string, replace = false) {
  const target = restoreTarget(place, surroundings)
  return restore({ file, target, replace, clock, checked: nothing, restored: nothing })
}
