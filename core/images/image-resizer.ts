/** Makes images smaller and strips what they tell besides the picture; the format stays. By sharp, in a bounded queue. */
import type { Sharp } from 'sharp'
import type { ImageMediaType } from './image-measure.ts'
import { asRefusal, openPicture } from './picture-decoder.ts'
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

/** For whoever observes it. */
export interface ResizeCounts {
  /** Begun or waiting. */
  underWay: number
  /** From the wish to the image; waiting is in it. */
  readonly took: { observe(seconds: number): void }
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
  counts,
}: {
  maxPixels: number
  concurrency?: number
  waiting?: number
  counts?: ResizeCounts
}): ImageResizer {
  const queue = createWorkQueue({ concurrency, waiting })

  async function decode(bytes: Uint8Array, side: number): Promise<ResizedImage> {
    const { source, mediaType } = await openPicture(bytes, { maxPixels, moving: true })
    const resized = source
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    const { data, info } = await ENCODERS[mediaType](resized).toBuffer({ resolveWithObject: true })
    return { bytes: data, mediaType, width: info.width, height: info.pageHeight ?? info.height }
  }

  return {
    resize: (bytes, side) =>
      counted(
        queue.run(() => decode(bytes, side).catch(asRefusal)),
        counts,
      ),
  }
}

async function counted<T>(work: Promise<T>, counts: ResizeCounts | undefined): Promise<T> {
  if (!counts) return work
  const began = performance.now()
  counts.underWay++
  try {
    return await work
  } finally {
    counts.underWay--
    counts.took.observe((performance.now() - began) / 1000)
  }
}
