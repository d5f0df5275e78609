/** Images are known by their bytes, and by all of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measure, sniff } from '../../core/images/image-measure.ts'
import { movingGif, sampleImage, twoColours, type SampleFormat } from './sample-images.ts'

const FORMATS: readonly SampleFormat[] = ['png', 'jpeg', 'gif']

for (const format of FORMATS) {
  test(`a ${format} tells its type and size`, async () => {
    const bytes = await sampleImage(format, 73, 41)
    assert.equal(sniff(bytes), `image/${format}`)
    assert.deepEqual(measure(bytes), {
      ok: true,
      mediaType: `image/${format}`,
      width: 73,
      height: 41,
      frames: 1,
      metadata: false,
    })
  })

  test(`a ${format} cut anywhere is truncated`, async () => {
    const bytes = await sampleImage(format, 40, 30)
    for (let length = 8; length < bytes.length; length++) {
      const found = measure(bytes.subarray(0, length))
      assert.equal(found.ok, false, `${length} of ${bytes.length} bytes`)
    }
  })

  test(`bytes behind the end of a ${format} are metadata`, async () => {
    const bytes = Buffer.concat([await sampleImage(format, 8, 8), Buffer.from('hidden')])
    const found = measure(bytes)
    assert.ok(found.ok && found.metadata)
  })

  test(`a ${format} with any byte changed never throws`, async () => {
    const bytes = await sampleImage(format, 16, 16)
    for (let at = 0; at < Math.min(bytes.length, 700); at++) {
      for (const value of [0, 0x7f, 0xff]) {
        const changed = Uint8Array.from(bytes)
        changed[at] = value
        measure(changed)
      }
    }
  })
}

test('a progressive JPEG tells its size', async () => {
  const bytes = await twoColours(300, 200).jpeg({ progressive: true }).toBuffer()
  const found = measure(bytes)
  assert.ok(found.ok)
  assert.deepEqual([found.width, found.height], [300, 200])
})

test('EXIF and text are metadata', async () => {
  const exif = { IFD0: { Copyright: 'Alice' } }
  for (const format of ['jpeg', 'png'] as const) {
    const bytes = await twoColours(10, 10).withExif(exif).toFormat(format).toBuffer()
    const found = measure(bytes)
    assert.ok(found.ok && found.metadata, format)
  }
})

test('a moving GIF tells its frames', async () => {
  const found = measure(await movingGif(20, 10))
  assert.ok(found.ok)
  assert.deepEqual([found.width, found.height, found.frames, found.metadata], [20, 10, 3, false])
})

test('a comment in a GIF is metadata', async () => {
  const gif = Buffer.from(await sampleImage('gif', 4, 4))
  const comment = Buffer.from([0x21, 0xfe, 2, 0x68, 0x69, 0])
  const found = measure(Buffer.concat([gif.subarray(0, -1), comment, gif.subarray(-1)]))
  assert.ok(found.ok && found.metadata)
})

const NO_IMAGES: Record<string, Uint8Array> = {
  nothing: new Uint8Array(),
  text: Buffer.from('hello'),
  SVG: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  HTML: Buffer.from('<!doctype html><script>'),
  BMP: Buffer.from('BM123456789012345678901234567890'),
  WebP: Buffer.from('RIFF\x00\x00\x00\x00WEBPVP8 '),
  'the first half of a signature': Buffer.from([0x89, 0x50, 0x4e, 0x47]),
}
for (const [what, bytes] of Object.entries(NO_IMAGES)) {
  test(`${what} is no image`, () => {
    assert.equal(sniff(bytes), undefined)
    assert.deepEqual(measure(bytes), { ok: false, problem: 'unknown' })
  })
}

const BROKEN: Record<string, Uint8Array> = {
  'a PNG whose first chunk is not the header': Buffer.from(
    '89504e470d0a1a0a0000000049454e44ae426082',
    'hex',
  ),
  'a PNG of no width': Buffer.from(
    '89504e470d0a1a0a0000000d4948445200000000000000010806000000000000000000000049454e44ae426082',
    'hex',
  ),
  'a JPEG without a frame': Buffer.from('ffd8ffd9', 'hex'),
  'a JPEG with an impossible segment': Buffer.from('ffd8ffe00001ffd9', 'hex'),
  'a GIF without a frame': Buffer.from('47494638396101000100000000' + '3b', 'hex'),
  'a GIF with an unknown block': Buffer.from('47494638396101000100000000' + '99', 'hex'),
}
for (const [what, bytes] of Object.entries(BROKEN)) {
  test(`${what} is broken`, () => {
    assert.deepEqual(measure(bytes), { ok: false, problem: 'broken' })
  })
}

test('the size of a bomb is known without decoding it', () => {
  const png = Buffer.from(
    '89504e470d0a1a0a0000000d494844520000ffff0000ffff0806000000000000000000000049454e44ae426082',
    'hex',
  )
  const found = measure(png)
  assert.ok(found.ok)
  assert.equal(found.width * found.height, 0xffff * 0xffff)
})
