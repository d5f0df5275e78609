/** Makes images smaller and strips what they tell besides the picture; the format stays. By sharp, in a bounded queue. */
import type { Sharp } from 'sharp'
import { measure, type ImageMediaType } from './image-measure.ts'
import { createWorkQueue } from './work-queue.ts'

export interface ImageResizer {
  /**
   * Fits the image into a square of `side` pixels; a smaller one keeps its size. Turned upright, metadata gone.
   * Rejects with `ImageRefused` (not an image, broken, too many pixels) or `QueueFull`.
   */
  resize(bytes: Uint8Array, side: number): Promise<ResizedImage>
}

export interface ResizedImage {
  readonly bytes: Uint8Array
  readonly mediaType: ImageMediaType
  readonly width: number
  readonly height: number
}

export class ImageRefused extends Error {
  override readonly name = 'ImageRefused'
}

/** Encoders by format; GIF and PNG keep their palettes small by themselves. */
const ENCODERS: Record<ImageMediaType, (image: Sharp) => Sharp> = {
  'image/png': (image) => image.png({ compressionLevel: 9 }),
  'image/jpeg': (image) => image.jpeg({ quality: 85 }),
  'image/gif': (image) => image.gif(),
}

/** `maxPixels`: width × height (× frames of a moving picture) that are decoded at all. */
export function createImageResizer({
  maxPixels,
  concurrency = 1,
  waiting = 32,
}: {
  maxPixels: number
  concurrency?: number
  waiting?: number
}): ImageResizer {
  const queue = createWorkQueue({ concurrency, waiting })

  async function decode(bytes: Uint8Array, side: number): Promise<ResizedImage> {
    const image = measure(bytes)
    if (!image.ok) throw new ImageRefused(`the image is ${image.problem}`)
    const { mediaType, width, height, frames } = image
    if (width * height > maxPixels) throw new ImageRefused('the image has too many pixels')
    const sharp = await loadSharp()
    // A moving picture stays one as long as all its frames fit; then it shows its first.
    const animated = mediaType === 'image/gif' && width * height * frames <= maxPixels
    const source = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', animated })
    const resized = source
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    const { data, info } = await ENCODERS[mediaType](resized).toBuffer({ resolveWithObject: true })
    return { bytes: data, mediaType, width: info.width, height: info.pageHeight ?? info.height }
  }

  return {
    resize: (bytes, side) =>
      queue.run(async () => {
        try {
          return await decode(bytes, side)
        } catch (error) {
          if (error instanceof ImageRefused) throw error
          throw new ImageRefused('the image cannot be decoded', { cause: error })
        }
      }),
  }
}

let loading: Promise<(typeof import('sharp'))['default']> | undefined

/** Loaded on first use: whoever only lists icons starts without it. */
function loadSharp(): Promise<(typeof import('sharp'))['default']> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // Every loader but the three is closed: libvips would read SVG and PDF too.
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({
      operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadNsgif'],
    })
    sharp.cache(false)
    return sharp
  })
  return loading
}
