/** Smaller, upright, without metadata, in the same format; bombs and other formats refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { measure } from '../../core/images/image-measure.ts'
import { createImageResizer } from '../../core/images/image-resizer.ts'
import { ImageRefused } from '../../core/images/picture-decoder.ts'
import { createWorkQueue, QueueFull } from '../../core/images/work-queue.ts'
import { movingGif, sampleImage, twoColours } from './sample-images.ts'

const resizer = createImageResizer({ maxPixels: 4096 * 4096 })

for (const format of ['png', 'jpeg', 'gif'] as const) {
  test(`a large ${format} becomes a smaller ${format} of the same shape`, async () => {
    const resized = await resizer.resize(await sampleImage(format, 600, 300), 256)
    assert.deepEqual([resized.width, resized.height], [256, 128])
    const found = measure(resized.bytes)
    assert.ok(found.ok)
    assert.deepEqual(
      [found.mediaType, found.width, found.height, found.metadata],
      [`image/${format}`, 256, 128, false],
    )
  })

  test(`a small ${format} is not made larger`, async () => {
    const resized = await resizer.resize(await sampleImage(format, 30, 20), 256)
    assert.deepEqual([resized.width, resized.height], [30, 20])
  })
}

test('a picture that its EXIF turns comes out upright and without EXIF', async () => {
  const turned = await twoColours(40, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const resized = await resizer.resize(turned, 256)
  assert.deepEqual([resized.width, resized.height], [20, 40])
  const { data } = await sharp(resized.bytes).raw().toBuffer({ resolveWithObject: true })
  assert.ok((data[0] ?? 0) > 200, 'what was left is now on top')
  const found = measure(resized.bytes)
  assert.ok(found.ok && !found.metadata)
})

test('a moving GIF goes on moving', async () => {
  const resized = await resizer.resize(await movingGif(400, 200), 100)
  const found = measure(resized.bytes)
  assert.ok(found.ok)
  assert.deepEqual([found.width, found.height, found.frames], [100, 50, 3])
  assert.deepEqual([resized.width, resized.height], [100, 50])
})

test('a moving GIF with too many pixels in all its frames shows its first', async () => {
  const small = createImageResizer({ maxPixels: 400 * 200 })
  const resized = await small.resize(await movingGif(400, 200), 100)
  const found = measure(resized.bytes)
  assert.ok(found.ok)
  assert.equal(found.frames, 1)
})

test('an image with too many pixels is refused before it is decoded', async () => {
  const small = createImageResizer({ maxPixels: 1000 })
  await assert.rejects(small.resize(await sampleImage('png', 100, 11), 256), ImageRefused)
})

test('what is no image, and what lies about being one, is refused', async () => {
  const png = Buffer.from(await sampleImage('png', 60, 60))
  png.fill(0x55, 60, png.length - 20)
  for (const bytes of [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), png]) {
    await assert.rejects(resizer.resize(bytes, 256), ImageRefused)
  }
})

test('the decoder itself reads no other format', async () => {
  await resizer.resize(await sampleImage('png', 2, 2), 256)
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>')
  await assert.rejects(sharp(svg).png().toBuffer())
  const webp = await sharp(await sampleImage('png', 2, 2))
    .webp()
    .toBuffer()
  await assert.rejects(sharp(webp).png().toBuffer())
})

test('a queue runs so many at once, lets so many wait, and refuses the rest', async () => {
  const queue = createWorkQueue({ concurrency: 1, waiting: 1 })
  const order: string[] = []
  let release: () => void = () => undefined
  const first = queue.run(async () => {
    await new Promise<void>((resolve) => (release = resolve))
    order.push('first')
    throw new Error('failed')
  })
  const second = queue.run(() => Promise.resolve(order.push('second')))
  await assert.rejects(
    queue.run(() => Promise.resolve()),
    QueueFull,
  )
  release()
  await assert.rejects(first, /failed/)
  await second
  await queue.run(() => Promise.resolve(order.push('third')))
  assert.deepEqual(order, ['first', 'second', 'third'])
})
