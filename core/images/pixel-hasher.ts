/** Names pictures by what they show: the same pixels have the same hash, whatever the file's format and metadata. By sharp, in a bounded queue. */
import { createHash } from 'node:crypto'
import { asRefusal, openPicture } from './picture-decoder.ts'
import { createWorkQueue } from './work-queue.ts'

export interface PixelHasher {
  /**
   * SHA-256 of size and pixels (sRGB with alpha, turned upright, all frames), in lower-case hexadecimal.
   * Rejects with `ImageRefused` (not an image, broken, too many pixels) or `QueueFull`.
   */
  hash(bytes: Uint8Array): Promise<string>
}

export function createPixelHasher({
  maxPixels,
  concurrency = 1,
  waiting = 32,
}: {
  /** Width × height that are decoded at all. */
  maxPixels: number
  concurrency?: number
  waiting?: number
}): PixelHasher {
  const queue = createWorkQueue({ concurrency, waiting })

  async function decode(bytes: Uint8Array): Promise<string> {
    const { source } = await openPicture(bytes, { maxPixels, moving: true })
    const { data, info } = await source
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return createHash('sha256').update(`${info.width}x${info.height} `).update(data).digest('hex')
  }

  return { hash: (bytes) => queue.run(() => decode(bytes).catch(asRefusal)) }
}
