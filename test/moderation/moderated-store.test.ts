/** Banned images and icons that wait for approval, whichever way they come. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import sharp from 'sharp'
import { hmacSha256 } from '../../core/digest/node-hashes.ts'
import { createHash } from 'node:crypto'
import { measure } from '../../core/images/image-measure.ts'
import { HELD_ICON, PRES_CONTENT } from '../../core/model/document-id.ts'
import type { DomainQuota } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import { iconDocument, storedIcon } from '../../core/model/stored-icon.ts'
import type { DocumentContent } from '../../core/model/stores.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { createModeration, moderated } from '../../service/moderation/moderated-store.ts'
import { createManualClock } from '../support/manual-clock.ts'

const ALICE = parseAor('alice@example.com')!
const ALLOWANCE = { documents: 10, bytes: 1_000_000 }

async function open(t: TestContext, approval: 'off' | 'required' = 'off', quota: DomainQuota = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'visage-moderation-'))
  const surroundings = { clock: createManualClock(), log: silentLog }
  const store = await openLevelStore({ folder, ...surroundings })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
  const domain = {
    ...{ name: 'example.com', realm: 'example.com', aliases: [], externalAccounts: false },
    ...{ defaultPolicy: 'allow-domain' as const, iconApproval: approval, quota },
  }
  const settings = {
    domains: [domain],
    icons: { maxPixels: 1_000_000, approval } as never,
  }
  const { documents } = moderated(store, settings, surroundings)
  const { banned, held } = createModeration(store, settings, surroundings)
  const key = hmacSha256(await store.secrets.secret('icon-token'))
  const contentOf = (bytes: Uint8Array, owner: Aor = ALICE): DocumentContent => {
    const image = measure(bytes)
    assert.ok(image.ok)
    const { mediaType, width, height } = image
    const icon = { mediaType, width, height, bytes }
    const digest = (algorithm: 'sha1' | 'sha256', what: Uint8Array) =>
      createHash(algorithm).update(what).digest('hex')
    return storedIcon(iconDocument(icon), icon, { owner, hashes: { digest, keyed: key } })
  }
  const put = (
    name: string,
    bytes: Uint8Array,
    allowance: typeof ALLOWANCE | undefined = ALLOWANCE,
  ) => documents.put(iconId(name), contentOf(bytes), {}, allowance)
  return { store, documents, banned, held, put, contentOf }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const iconId = (name: string) => ({
  auid: PRES_CONTENT,
  tree: ALICE,
  path: `oma_status-icon/${name}`,
})

const pixels = (side: number, blue: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r: 9, g: 9, b: blue } } })
const png = (side: number, blue: number) => pixels(side, blue).png().toBuffer()
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

void test('a banned image is refused, and so is a file with other metadata and the same pixels', async (t) => {
  const { banned, put } = await open(t)
  const image = await png(300, 200)
  await banned.add({ hash: sha256(image), at: 1, reason: 'no' }, image)

  const renamed = await pixels(300, 200)
    .withExif({ IFD0: { Copyright: 'me' } })
    .png({ compressionLevel: 1 })
    .toBuffer()

  assert.notEqual(sha256(renamed), sha256(image))
  assert.equal((await put('a', image)).outcome, 'banned')
  assert.equal((await put('b', renamed)).outcome, 'banned')
  assert.equal((await put('c', await png(96, 200))).outcome, 'banned', 'a smaller copy of ours')
  assert.equal(
    (await put('d', await png(300, 201))).outcome,
    'created',
    'one that shows something else',
  )
})

void test('an image that is not banned any more is taken again, in every form', async (t) => {
  const { banned, put } = await open(t)
  const image = await png(64, 5)
  const hash = sha256(image)
  await banned.add({ hash, at: 1 }, image)

  assert.deepEqual(await all(banned.list()), [{ hash, at: 1 }])
  assert.equal(await banned.remove(hash), true)
  assert.equal(await banned.remove(hash), false)
  assert.equal((await put('a', image)).outcome, 'created')
  assert.equal(
    (await put('b', await pixels(64, 5).png({ compressionLevel: 1 }).toBuffer())).outcome,
    'created',
  )
})

void test('a new icon waits: nobody sees it, the one before stays, until it is approved', async (t) => {
  const { documents, held, put } = await open(t, 'required')
  const [first, second] = [await png(40, 1), await png(40, 2)]
  await put('a', first)
  assert.equal(await documents.currentIcon(ALICE), undefined)
  await held.approve(ALICE)
  assert.equal((await documents.currentIcon(ALICE))?.icon.hash, sha256(first))

  const outcome = await put('a', second)

  assert.equal(outcome.outcome, 'held')
  assert.equal((await documents.currentIcon(ALICE))?.icon.hash, sha256(first))
  assert.deepEqual(
    (await all(held.list())).map(({ id }) => id),
    [{ auid: HELD_ICON, tree: ALICE, path: 'oma_status-icon/a' }],
  )
  assert.ok(await held.approve(ALICE))
  const current = await documents.currentIcon(ALICE)
  assert.equal(current?.icon.hash, sha256(second))
  assert.equal((await documents.iconByToken(current.token))?.id.tree, ALICE)
  assert.deepEqual(await documents.list(ALICE, HELD_ICON), [])
  assert.equal(await held.approve(ALICE), undefined)
})

void test('one icon of a person waits: a newer one takes its place, and rejected it is gone', async (t) => {
  const { documents, held, put } = await open(t, 'required')
  await put('a', await png(40, 1))
  await put('b', await png(40, 2))

  assert.equal((await documents.list(ALICE, HELD_ICON)).length, 1)
  assert.equal((await held.reject(ALICE))?.id.path, 'oma_status-icon/b')
  assert.equal(await held.of(ALICE), undefined)
  assert.deepEqual(await all(held.list()), [])
  assert.equal(await documents.currentIcon(ALICE), undefined)
})

void test('what the operator stores, and what was approved before, need not wait', async (t) => {
  const { documents, put, contentOf } = await open(t, 'required')
  const image = await png(40, 1)

  assert.equal((await documents.put(iconId('a'), contentOf(image), {})).outcome, 'created')
  assert.equal((await put('b', image)).outcome, 'created')
})

void test('conditions count for what others see, not for what waits', async (t) => {
  const { documents, contentOf, put } = await open(t, 'required')
  await put('a', await png(40, 1))
  const content = contentOf(await png(40, 2))

  const failed = await documents.put(iconId('a'), content, { ifMatch: '*' }, ALLOWANCE)
  const fine = await documents.put(iconId('a'), content, { ifNoneMatch: '*' }, ALLOWANCE)

  assert.deepEqual(failed, { outcome: 'precondition-failed' })
  assert.equal(fine.outcome, 'held')
})

void test('a domain says itself what one of its people may store', async (t) => {
  const { put } = await open(t, 'off', { documentsPerUser: 1 })
  const image = await png(40, 1)
  await put('a', image)

  assert.deepEqual(await put('b', image), {
    outcome: 'no-room',
    limit: 'documents',
    allowance: { ...ALLOWANCE, documents: 1 },
  })
})
