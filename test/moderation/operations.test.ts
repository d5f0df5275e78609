/** Bans, approvals and domains as administrators ask for them: by the socket of a running service. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { hmacSha256 } from '../../core/digest/node-hashes.ts'
import { measure } from '../../core/images/image-measure.ts'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import { iconDocument, storedIcon } from '../../core/model/stored-icon.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { addAccount } from '../../service/administration/account-operations.ts'
import {
  approveIcon,
  getHeldImage,
  listHeldIcons,
  rejectIcon,
} from '../../service/administration/approval-operations.ts'
import { getDomain } from '../../service/administration/domain-operations.ts'
import {
  banImage,
  banPicture,
  listBannedImages,
  unbanImage,
} from '../../service/administration/image-operations.ts'
import { openDesk } from '../administration/desk.ts'
import { sampleImage } from '../images/sample-images.ts'

const ALICE = parseAor('alice@a.example')!

const digest = (algorithm: 'sha1' | 'sha256', bytes: Uint8Array) =>
  createHash(algorithm).update(bytes).digest('hex')
const sha256 = (bytes: Uint8Array) => digest('sha256', bytes)

async function openModeration(t: TestContext, said: Readonly<Record<string, unknown>> = {}) {
  const { ask, store } = await openDesk(t, said)
  await ask(addAccount, { address: 'alice@a.example', password: 'correct horse' })
  const keyed = hmacSha256(await store.secrets.secret('icon-token'))

  /** As Alice does it, not the operator. */
  async function upload(name: string, bytes: Uint8Array): Promise<string> {
    const found = measure(bytes)
    assert.ok(found.ok)
    const { mediaType, width, height } = found
    const icon = { mediaType, width, height, bytes }
    const hashes = { digest, keyed }
    const content = storedIcon(iconDocument(icon), icon, { owner: ALICE, hashes })
    const id = { auid: PRES_CONTENT, tree: ALICE, path: `oma_status-icon/${name}` }
    const allowance = { documents: 10, bytes: 1_000_000 }
    return (await store.documents.put(id, content, {}, allowance)).outcome
  }
  const shown = async () => (await store.documents.currentIcon(ALICE))?.icon.hash
  return { ask, upload, shown }
}

const waitingAt = ({ icons }: { icons: readonly { address: string; name: string }[] }) =>
  icons.map(({ address, name }) => `${address} ${name}`)

void test('a ban by hash takes what is stored and refuses it, is listed with its reason, and ends', async (t) => {
  const { ask, upload, shown } = await openModeration(t)
  const image = await sampleImage('png', 24, 24)
  const hash = sha256(image)
  await upload('a.png', image)

  assert.deepEqual(await ask(banImage, { hash, reason: 'spam' }), { hash, documents: 1 })
  assert.equal(await shown(), undefined)
  assert.equal(await upload('a.png', image), 'banned')
  const { images } = await ask(listBannedImages, {})
  assert.deepEqual(
    images.map((one) => [one.hash, one.reason]),
    [[hash, 'spam']],
  )
  await ask(unbanImage, { hash })
  assert.equal(await upload('a.png', image), 'created')
  await assert.rejects(ask(unbanImage, { hash }), /is not banned/)
})

void test('a ban by picture names the hash of what was sent; what only waits goes as well', async (t) => {
  const { ask, upload } = await openModeration(t, { icons: { approval: 'required' } })
  const bytes = await sampleImage('png', 24, 24)
  assert.equal(await upload('a.png', bytes), 'held')
  assert.deepEqual(await ask(banPicture, { bytes }), { hash: sha256(bytes), documents: 1 })
  assert.deepEqual(await ask(listHeldIcons, {}), { icons: [] })
})

void test('what waits is listed and previewed; approved, everybody sees it; rejected, nobody does', async (t) => {
  const { ask, upload, shown } = await openModeration(t, { icons: { approval: 'required' } })
  const [first, second] = [await sampleImage('png', 24, 24), await sampleImage('png', 30, 30)]
  const alice = { address: 'alice@a.example' }

  await upload('a.png', first)
  assert.deepEqual(waitingAt(await ask(listHeldIcons, {})), ['alice@a.example a.png'])
  assert.deepEqual(await ask(listHeldIcons, { domain: 'b.example' }), { icons: [] })
  const preview = measure((await ask(getHeldImage, alice)).bytes)
  assert.ok(preview.ok)
  assert.deepEqual([preview.mediaType, preview.width], ['image/png', 24])
  assert.equal((await ask(approveIcon, alice)).hash, sha256(first))
  assert.equal(await shown(), sha256(first))

  await upload('b.png', second)
  assert.equal((await ask(rejectIcon, alice)).hash, sha256(second))
  assert.equal(await shown(), sha256(first))
  await assert.rejects(ask(approveIcon, alice), /no icon of alice@a\.example waits/)
})

void test('a domain tells what its people have and may; one that is not served is not there', async (t) => {
  const domains = [{ name: 'a.example', quota: { users: 7, bytesPerUser: 5_000_000 } }, 'b.example']
  const { ask, upload } = await openModeration(t, { domains })
  await upload('a.png', await sampleImage('png', 24, 24))

  const { name, users, documents, bytes, quota } = await ask(getDomain, { domain: 'A.example' })
  assert.deepEqual([name, users, documents], ['a.example', 1, 1])
  assert.ok(bytes > 0)
  assert.deepEqual([quota.users, quota.documents, quota.bytesPerUser], [7, undefined, 5_000_000])
  assert.equal((await ask(getDomain, { domain: 'b.example' })).users, 0)
  await assert.rejects(ask(getDomain, { domain: 'c.example' }), /no such domain/)
})
