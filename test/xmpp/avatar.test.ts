/** The picture that XMPP contacts are shown of a SIP user, from the real store through the real image pipeline. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import sharp from 'sharp'
import { measure } from '../../core/images/image-measure.ts'
import { createPngThumbnailer } from '../../core/images/png-thumbnailer.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { canonicalAvatar } from '../../xmpp-gateway/avatar/canonical-avatar.ts'
import type { Pair } from '../../xmpp-gateway/pair.ts'
import type { UserAvatars } from '../../xmpp-gateway/user-avatars.ts'
import { movingGif, sampleImage, twoColours } from '../images/sample-images.ts'
import { openIconDesk } from './icon-desk.ts'
import { alice, bob, carol, createManualPairs, shownAll } from './manual-pairs.ts'

const thumbnailer = createPngThumbnailer({ maxPixels: 4096 * 4096 })

function nextChange(avatars: UserAvatars): Promise<Aor> {
  return new Promise((resolve) => {
    const end = avatars.follow((user) => {
      end()
      resolve(user)
    })
  })
}

async function idOf(avatars: UserAvatars, pair: Pair): Promise<string | undefined> {
  return (await avatars.picture(pair))?.avatar.id
}

test('XEP-0084 §4.1: a JPEG of 600 × 400 becomes a PNG of 96 × 64 whose SHA-1 is its id', async () => {
  const jpeg = await sampleImage('jpeg', 600, 400)
  const { bytes, avatar } = await canonicalAvatar(jpeg, thumbnailer)
  assert.deepEqual(measure(bytes), {
    ok: true,
    mediaType: 'image/png',
    width: 96,
    height: 64,
    frames: 1,
    metadata: false,
  })
  const id = createHash('sha1').update(bytes).digest('hex')
  assert.deepEqual(avatar, { id, size: bytes.length, width: 96, height: 64 })
})

test('XEP-0153 §4.6: whatever the picture, the avatar has at most 8 KiB and 96 pixels', async () => {
  const noise = (side: number, channels: 3 | 4) =>
    sharp(randomBytes(side * side * channels), { raw: { width: side, height: side, channels } })
  const pictures = {
    'noise with alpha': await noise(96, 4).png().toBuffer(),
    'a photo of a megabyte': await noise(620, 3).png({ compressionLevel: 0 }).toBuffer(),
    CMYK: await twoColours(300, 200).toColourspace('cmyk').jpeg().toBuffer(),
    '16 bits of grey': await twoColours(300, 200).toColourspace('grey16').png().toBuffer(),
    'a moving GIF': await movingGif(200, 300),
    'a thin line': await sampleImage('gif', 1000, 1),
  }
  for (const [name, picture] of Object.entries(pictures)) {
    const { bytes, avatar } = await canonicalAvatar(picture, thumbnailer)
    const found = measure(bytes)
    assert.ok(found.ok && found.mediaType === 'image/png' && found.frames === 1, name)
    assert.ok(bytes.length <= 8192, `${name}: ${bytes.length} bytes`)
    assert.ok(Math.max(found.width, found.height) <= 96, name)
    assert.deepEqual([found.width, found.height], [avatar.width, avatar.height], name)
  }
})

test('a small picture is not made larger, but loses its metadata and lies upright', async () => {
  const jpeg = await twoColours(40, 20)
    .jpeg()
    .withExif({ IFD0: { Copyright: 'nobody', Orientation: '6' } })
    .withMetadata({ orientation: 6 })
    .toBuffer()
  const before = measure(jpeg)
  assert.ok(before.ok && before.metadata)
  const { bytes, avatar } = await canonicalAvatar(jpeg, thumbnailer)
  assert.deepEqual([avatar.width, avatar.height], [20, 40])
  assert.ok(!Buffer.from(bytes).includes('nobody'))
})

test('the same picture gives the same bytes in every process', async () => {
  const jpeg = await sharp(
    Buffer.from(Array.from({ length: 120_000 }, (_, at) => (at * at) % 251)),
    {
      raw: { width: 200, height: 200, channels: 3 },
    },
  )
    .jpeg()
    .toBuffer()
  const here = (await canonicalAvatar(jpeg, thumbnailer)).avatar.id
  assert.equal((await canonicalAvatar(jpeg, thumbnailer)).avatar.id, here)
  const script = `
    import { canonicalAvatar } from './xmpp-gateway/avatar/canonical-avatar.ts'
    import { createPngThumbnailer } from './core/images/png-thumbnailer.ts'
    const bytes = Buffer.from('${jpeg.toString('base64')}', 'base64')
    const { avatar } = await canonicalAvatar(bytes, createPngThumbnailer({ maxPixels: 1e8 }))
    process.stdout.write(avatar.id)`
  const there = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { encoding: 'utf8', cwd: new URL('../..', import.meta.url) },
  )
  assert.equal(there, here)
})

test('XEP-0153 §4.1: a picture that is not loaded yet is unknown, and told when it is', async (t) => {
  const desk = await openIconDesk(t)
  await desk.put(await sampleImage('jpeg', 300, 300))
  const pairs = createManualPairs()
  const avatars = desk.avatars(pairs)
  const pair = pairs.set()
  assert.deepEqual(avatars.of(pair), { state: 'unknown' })
  assert.equal(await nextChange(avatars), alice)
  const shown = avatars.of(pair)
  assert.ok(shown.state === 'image')
  const picture = await avatars.picture(pair)
  assert.deepEqual(picture?.avatar, shown.avatar)
  assert.equal(createHash('sha1').update(picture.bytes).digest('hex'), shown.avatar.id)
})

test('E4: a new picture is told, the same bytes again are not, a removal is', async (t) => {
  const desk = await openIconDesk(t)
  const pairs = createManualPairs()
  const avatars = desk.avatars(pairs)
  const pair = pairs.set()
  assert.equal(await idOf(avatars, pair), undefined)
  assert.deepEqual(avatars.of(pair), { state: 'none' })

  const told: Aor[] = []
  avatars.follow((user) => told.push(user))
  const red = await sampleImage('png', 100, 100)
  await desk.put(red)
  const first = await idOf(avatars, pair)
  assert.ok(first)
  assert.deepEqual(told, [alice])
  await desk.put(red)
  // Another file of the same picture is the same avatar, too.
  await desk.put(await sharp(red).png({ compressionLevel: 0 }).toBuffer())
  assert.equal(await idOf(avatars, pair), first)
  assert.deepEqual(told, [alice])
  await desk.put(await sampleImage('gif', 50, 100))
  assert.notEqual(await idOf(avatars, pair), first)
  await desk.remove()
  assert.equal(await idOf(avatars, pair), undefined)
  assert.deepEqual(avatars.of(pair), { state: 'none' })
  assert.deepEqual(told, [alice, alice, alice])
})

test('a user whom a contact knows by an alias has her one picture, and each new one', async (t) => {
  const desk = await openIconDesk(t)
  const extension = parseAor('sip:101@sip.example')!
  await desk.store.accounts.put({ aor: alice, aliases: [extension], credentials: [] })
  await desk.put(await sampleImage('png', 100, 100))
  const pairs = createManualPairs()
  const avatars = desk.avatars(pairs)
  const [byName, byAlias] = [pairs.set(), pairs.set({ user: extension })]
  const first = await idOf(avatars, byAlias)
  assert.ok(first)
  assert.equal(first, await idOf(avatars, byName))
  const told: Aor[] = []
  avatars.follow((user) => told.push(user))
  await desk.put(await sampleImage('gif', 50, 100))
  assert.notEqual(await idOf(avatars, byAlias), first)
  await idOf(avatars, byName)
  assert.deepEqual(told.sort(), [extension, alice])
})

test('of pictures that are stored at once the one that stays is shown', async (t) => {
  const desk = await openIconDesk(t)
  const pairs = createManualPairs()
  const avatars = desk.avatars(pairs)
  const pair = pairs.set()
  const pictures = await Promise.all([10, 20, 30, 40].map((side) => sampleImage('png', side, side)))
  await Promise.all(pictures.map((picture) => desk.put(picture)))
  const stayed = await desk.store.documents.currentIcon(alice)
  assert.equal((await avatars.picture(pair))?.avatar.width, stayed?.icon.width)
})

test('E6: a contact sees no picture that the rules hide, and nothing before it is let in', async (t) => {
  const desk = await openIconDesk(t)
  await desk.put(await sampleImage('png', 100, 100))
  const pairs = createManualPairs()
  const avatars = desk.avatars(pairs)
  const pair = pairs.set()
  await avatars.picture(pair)
  const rows = [
    ['granted', shownAll, 'image'],
    ['granted', { ...shownAll, showsIcon: false }, 'none'],
    ['granted', { ...shownAll, handling: 'polite-block' }, 'none'],
    ['granted', { state: 'pending' }, 'none'],
    ['granted', { state: 'terminated', isFinal: true }, 'none'],
    ['granted', { state: 'terminated', isFinal: false }, 'unknown'],
    ['granted', undefined, 'unknown'],
    ['asked', shownAll, 'none'],
    ['refused', shownAll, 'none'],
    ['none', shownAll, 'none'],
  ] as const
  for (const [from, standing, state] of rows) {
    const seen = pairs.set({ from, standing })
    assert.equal(avatars.of(seen).state, state, JSON.stringify([from, standing]))
    assert.equal((await avatars.picture(seen)) !== undefined, state === 'image')
  }
})

test('what one contact may not see another may: both hashes are of the same picture', async (t) => {
  const desk = await openIconDesk(t)
  await desk.put(await sampleImage('png', 100, 100))
  const pairs = createManualPairs()
  const avatars = desk.avatars(pairs)
  const seeing = pairs.set()
  const hidden = pairs.set({ contact: carol, standing: { ...shownAll, showsIcon: false } })
  assert.ok(await idOf(avatars, seeing))
  assert.equal(await idOf(avatars, hidden), undefined)
})

test('pictures that memory has no room for are made again, each once however many ask', async (t) => {
  const desk = await openIconDesk(t)
  await desk.put(await sampleImage('png', 100, 100))
  const pairs = createManualPairs()
  let made = 0
  const counting = {
    thumbnail: (...wanted: Parameters<typeof thumbnailer.thumbnail>) => {
      made++
      return thumbnailer.thumbnail(...wanted)
    },
  }
  const avatars = desk.avatars(pairs, { cacheBytes: 0, thumbnailer: counting })
  const pair = pairs.set()
  const first = await idOf(avatars, pair)
  made = 0
  const again = await Promise.all(Array.from({ length: 50 }, () => idOf(avatars, pair)))
  assert.deepEqual(new Set(again), new Set([first]))
  assert.equal(made, 1)
})

test('a store that fails leaves the picture unknown, and it is tried again', async (t) => {
  const desk = await openIconDesk(t)
  await desk.put(await sampleImage('png', 100, 100))
  const pairs = createManualPairs()
  let fails = true
  const avatars = desk.avatars(pairs, {
    documents: {
      currentIcon: (owner) => desk.store.documents.currentIcon(owner),
      image: async (hash) => {
        if (fails) throw new Error('the disk is gone')
        return desk.store.documents.image(hash)
      },
    },
  })
  const pair = pairs.set()
  assert.equal(await avatars.picture(pair), undefined)
  fails = false
  assert.ok(await avatars.picture(pair))
})

test('nothing is remembered of a user whose last pair has ended', async (t) => {
  const desk = await openIconDesk(t)
  await desk.put(await sampleImage('png', 100, 100))
  const pairs = createManualPairs()
  const avatars = desk.avatars(pairs)
  const pair = pairs.set()
  pairs.set({ contact: carol })
  await avatars.picture(pair)
  pairs.remove(alice, carol)
  assert.equal(avatars.of(pair).state, 'image')
  pairs.remove(alice, bob)
  const told: Aor[] = []
  avatars.follow((user) => told.push(user))
  await desk.put(await sampleImage('png', 50, 50))
  assert.equal(avatars.of(pairs.set()).state, 'unknown')
})

test('RFC 4482 §3.4: the picture of a user of another SIP domain comes from its URL, when that is allowed', async (t) => {
  const desk = await openIconDesk(t)
  const pairs = createManualPairs()
  const fetched: string[] = []
  const picture = await sampleImage('jpeg', 200, 100)
  const foreign = {
    isForeign: (user: Aor) => user === alice,
    fetch: async (url: string) => {
      fetched.push(url)
      if (url.endsWith('bad')) throw new Error('refused')
      return Promise.resolve(url.endsWith('html') ? Buffer.from('<html>') : picture)
    },
  }
  const announcing = (icon: string) => ({
    ...shownAll,
    document: `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${alice}">
      <person xmlns="urn:ietf:params:xml:ns:pidf:data-model" id="p"><icon
        xmlns="urn:ietf:params:xml:ns:pidf:cipid">${icon}</icon></person></presence>`,
  })
  const closed = desk.avatars(pairs)
  const avatars = desk.avatars(pairs, { foreign })
  const pair = pairs.set({ standing: announcing('https://far.example/a') })
  assert.equal(await closed.picture(pair), undefined)
  assert.equal((await avatars.picture(pair))?.avatar.width, 96)
  pairs.show(pair, announcing('https://far.example/a'))
  await avatars.picture(pair)
  assert.deepEqual(fetched, ['https://far.example/a'])
  for (const icon of ['https://far.example/bad', 'https://far.example/html']) {
    pairs.show(pair, announcing(icon))
    assert.equal(await avatars.picture(pair), undefined)
    assert.equal(avatars.of(pair).state, 'none')
  }
})
