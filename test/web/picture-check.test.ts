/** What client/browser tells of a picture before it is decoded, and how it is made smaller. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPicture, isHeic } from '../../client/browser/picture-check.ts'
import { PictureUnreadable } from '../../client/browser/picture-unreadable.ts'
import { fitting, scalingSteps } from '../../client/browser/picture-scaling.ts'
import { movingGif, sampleImage, twoColours } from '../images/sample-images.ts'

const reasonFor = (bytes: Uint8Array) => {
  try {
    checkPicture(bytes)
    return undefined
  } catch (error) {
    return error instanceof PictureUnreadable ? error.reason : error
  }
}

/** A PNG that says of itself that it is so large. */
async function claiming(width: number, height: number): Promise<Uint8Array> {
  const png = Buffer.from(await sampleImage('png', 4, 4))
  png.writeUInt32BE(width, 16)
  png.writeUInt32BE(height, 20)
  return png
}

test('an empty, a cut off and a far too large picture are refused before they are decoded', async () => {
  const jpeg = await sampleImage('jpeg', 100, 100)
  assert.equal(reasonFor(new Uint8Array()), 'empty')
  assert.equal(reasonFor(jpeg.subarray(0, jpeg.length / 2)), 'broken')
  assert.equal(reasonFor(await claiming(10_000, 10_000)), 'too-many-pixels')
  assert.equal(reasonFor(await claiming(8192, 8192)), undefined)
})

test('every reason stands in a sentence', () => {
  for (const reason of [
    'unread',
    'empty',
    'too-long',
    'too-many-pixels',
    'heic',
    'no-picture',
    'broken',
  ] as const) {
    assert.match(new PictureUnreadable(reason).message, /^[A-Z].*\.$/)
  }
})

test('what icons may be is measured; what it is not, the browser may know', async () => {
  const photo = await twoColours(40, 20)
    .withExif({ IFD0: { Copyright: 'Alice' } })
    .jpeg()
    .toBuffer()
  assert.deepEqual(checkPicture(photo), {
    mediaType: 'image/jpeg',
    width: 40,
    height: 20,
    metadata: true,
  })
  assert.equal(checkPicture(await movingGif(16, 16)).mediaType, 'image/gif')
  assert.deepEqual(checkPicture(await twoColours(8, 8).webp().toBuffer()), {})
  assert.deepEqual(checkPicture(Buffer.from('%PDF-1.7')), {})
})

test('ISO/IEC 23008-12: what telephones call HEIC is known by its brand', () => {
  const file = (brand: string) => Buffer.from(`\0\0\0\u0018ftyp${brand}\0\0\0\0`, 'latin1')
  assert.ok(isHeic(file('heic')))
  assert.ok(isHeic(file('mif1')))
  assert.ok(!isHeic(file('isom')))
  assert.ok(!isHeic(Buffer.from('GIF89a')))
})

test('no step of making smaller leaves out a pixel: each halves at most', () => {
  for (const [from, to] of [
    [
      { width: 2048, height: 1536 },
      { width: 256, height: 192 },
    ],
    [
      { width: 300, height: 300 },
      { width: 256, height: 256 },
    ],
    [
      { width: 5000, height: 10 },
      { width: 256, height: 1 },
    ],
    [
      { width: 100, height: 100 },
      { width: 100, height: 100 },
    ],
  ] as const) {
    let before: { width: number; height: number } = from
    for (const step of scalingSteps(from, to)) {
      assert.ok(step.width * 2 >= before.width && step.height * 2 >= before.height)
      before = step
    }
    assert.deepEqual(before, to)
  }
})

test('an icon fits into its square, keeps its shape and is never made larger', () => {
  assert.deepEqual(fitting({ width: 1000, height: 500 }, 256), { width: 256, height: 128 })
  assert.deepEqual(fitting({ width: 100, height: 50 }, 256), { width: 100, height: 50 })
  assert.deepEqual(fitting({ width: 9000, height: 3 }, 256), { width: 256, height: 1 })
})
