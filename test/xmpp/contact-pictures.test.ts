/** Which pictures of XMPP contacts are taken, and what is made of them. XEP-0084, XEP-0153, RFC 4482 §3.4. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { xmlElement } from '../../core/documents/xml-element.ts'
import { movingGif, sampleImage, twoColours } from '../images/sample-images.ts'
import { announced, base64, info, metadata, openContactDesk, sha1, TODAY } from './contact-desk.ts'

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script></svg>'

/** A PNG of few bytes that says it has these sides. */
function bomb(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const rows = deflateSync(Buffer.alloc(1024))
  return Buffer.concat([
    signature,
    ...[chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))],
  ])
}

const REFUSED: Record<string, () => Uint8Array | Promise<Uint8Array>> = {
  'a picture of 1 MB': () => randomBytes(2 ** 20),
  'an SVG': () => Buffer.from(SVG),
  'an HTML page': () => Buffer.from('<!DOCTYPE html><script>alert(1)</script>'),
  'a WebP': () => twoColours(64, 64).webp().toBuffer(),
  'a PNG of 60,000 × 60,000': () => bomb(60_000, 60_000),
  'a PNG of more than 4 megapixels': () => sampleImage('png', 2049, 2048),
  'a PNG that has fewer pixels than it says': () => bomb(500, 500),
  'a JPEG that ends too early': async () => (await sampleImage('jpeg', 64, 64)).subarray(0, 300),
  'no bytes': () => new Uint8Array(),
}

for (const [name, make] of Object.entries(REFUSED)) {
  test(`${name} is not taken, and what was shown before goes`, async (t) => {
    const desk = await openContactDesk(t)
    const { pairs, events, avatars } = desk.begin()
    const server = desk.server()
    server.publish(await sampleImage('png', 64, 64))
    pairs.set()
    assert.ok(await desk.shown())
    const picture = await make()
    server.publish(picture)
    // The announcement itself claims nothing that would be refused.
    events.item(metadata(TODAY.metadata, [info(TODAY.metadata, { id: sha1(picture) })]))
    assert.equal(await desk.shown(), undefined)
    assert.deepEqual(
      { fetched: avatars.counts.fetched, refused: avatars.counts.refused },
      { fetched: 2, refused: 1 },
      'once: another time it would be the same',
    )
    const { fields } = desk.logged.at(-1)!
    assert.deepEqual(Object.keys(fields), ['contact', 'reason'])
    assert.ok(String(fields['reason']).length < 100)
  })
}

test('XEP-0084 §4.2.1: data whose SHA-1 is not the id is not taken', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs, events, avatars } = desk.begin()
  const server = desk.server()
  pairs.set()
  await desk.work.idle()
  const picture = await sampleImage('png', 64, 64)
  server.nodes.set(TODAY.data, xmlElement(TODAY.data, 'data', [base64(picture)]))
  events.item(announced(await sampleImage('png', 32, 32)))
  assert.equal(await desk.shown(), undefined)
  assert.equal(avatars.counts.refused, 1)
})

test('XEP-0153: a vCard whose photo has another hash is asked for three times, then the announced one is not taken', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs, avatars } = desk.begin()
  const server = desk.server()
  const [shown, other] = [await sampleImage('png', 64, 64), await sampleImage('png', 32, 32)]
  server.photo = base64(shown)
  const pair = pairs.set()
  assert.ok(await desk.shown())
  server.photo = base64(other)
  pairs.resource(pair, 'home', { photo: '0'.repeat(40) })
  for (const pause of [0, 2_000, 8_000]) {
    assert.ok(await desk.shown())
    desk.clock.advance(pause)
  }
  assert.equal(await desk.shown(), undefined)
  assert.deepEqual([avatars.counts.fetched, avatars.counts.refused], [3, 1])
})

test('what is announced as too large is not even asked for', async (t) => {
  const claims = [{ bytes: '524289' }, { width: '4096', height: '1025' }, { id: 'no hash' }]
  for (const claim of claims) {
    const desk = await openContactDesk(t)
    const { pairs, events } = desk.begin()
    const picture = await sampleImage('png', 64, 64)
    pairs.set()
    await desk.work.idle()
    desk.server().publish(picture)
    const one = info(TODAY.metadata, { id: sha1(picture), ...claim })
    desk.server().nodes.set(TODAY.metadata, metadata(TODAY.metadata, [one]))
    events.item(metadata(TODAY.metadata, [one]))
    assert.equal(await desk.shown(), undefined)
    assert.ok(!desk.asked().includes(TODAY.data))
  }
})

test('a vCard picture that cannot be taken is found when everything is asked for, and refused once', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs, avatars } = desk.begin()
  desk.server().photo = base64(Buffer.from(SVG))
  const pair = pairs.set()
  pairs.resource(pair, 'home', { photo: sha1(Buffer.from(SVG)) })
  await desk.work.idle()
  pairs.resource(pair, 'phone', { photo: sha1(Buffer.from(SVG)) })
  assert.equal(await desk.shown(), undefined)
  assert.equal(avatars.counts.refused, 1)
})

test('a large picture becomes a small one of the same format; a moving one keeps moving', async (t) => {
  const noise = sharp(randomBytes(256 * 256 * 4), { raw: { width: 256, height: 256, channels: 4 } })
  const cases = [
    { picture: await sampleImage('png', 400, 300), sides: [256, 192], pages: undefined },
    { picture: await movingGif(300, 300), sides: [256, 256], pages: 3 },
    { picture: await noise.png().toBuffer(), sides: [128, 128], pages: undefined },
  ]
  for (const { picture, sides, pages } of cases) {
    const desk = await openContactDesk(t)
    desk.server().publish(picture)
    desk.begin().pairs.set()
    const shown = (await desk.shown())!
    const made = await sharp(shown).metadata()
    assert.deepEqual([made.width, made.pageHeight ?? made.height], sides)
    assert.equal(made.pages, pages)
    assert.ok(shown.length <= 192 * 1024)
  }
})

test('of several announced pictures the one at the data node is taken; those at URLs only where that is allowed', async (t) => {
  const [picture, other] = [await sampleImage('png', 64, 64), await sampleImage('gif', 96, 96)]
  const url = 'https://pictures.example/bob.gif'
  const atUrl = info(TODAY.metadata, { id: sha1(other), bytes: '100', url })
  const atNode = info(TODAY.metadata, { id: sha1(picture), bytes: '100' })
  const fetched: string[] = []
  const fetchPicture = (asked: string) => {
    fetched.push(asked)
    return Promise.resolve(other)
  }
  for (const allowed of [false, true]) {
    const desk = await openContactDesk(t, allowed ? { fetchPicture } : {})
    const { pairs, events } = desk.begin()
    const server = desk.server()
    pairs.set()
    await desk.work.idle()
    server.publish(picture)
    events.item(metadata(TODAY.metadata, [atUrl, atNode]))
    assert.deepEqual(await desk.shown(), Buffer.from(picture))
    assert.deepEqual(fetched, [])
    server.nodes.set(TODAY.metadata, metadata(TODAY.metadata, [atUrl]))
    events.item(metadata(TODAY.metadata, [atUrl]))
    await desk.work.idle()
    desk.clock.advance(2_000)
    assert.deepEqual(await desk.shown(), allowed ? Buffer.from(other) : undefined)
    assert.deepEqual(fetched.splice(0), allowed ? [url] : [])
  }
})

test('EXIF goes, the picture stands upright, and no side is longer than 256 pixels', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs } = desk.begin()
  const turned = await twoColours(600, 400)
    .withExif({ IFD0: { Copyright: 'Bob' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  desk.server().publish(turned)
  pairs.set()
  const shown = await desk.shown()
  const { width, height, exif, format } = await sharp(shown).metadata()
  assert.deepEqual(
    { width, height, exif, format },
    { width: 171, height: 256, exif: undefined, format: 'jpeg' },
  )
})

test('a small picture loses what it tells of the camera, too', async (t) => {
  const desk = await openContactDesk(t)
  const telling = await twoColours(64, 64)
    .withExif({ IFD0: { Copyright: 'Bob' } })
    .png()
    .toBuffer()
  assert.ok((await sharp(telling).metadata()).exif)
  desk.server().publish(telling)
  desk.begin().pairs.set()
  const shown = await desk.shown()
  assert.ok(shown)
  assert.equal((await sharp(shown).metadata()).exif, undefined)
})
