/** Makes any picture a small still PNG, the same bytes for the same picture every time. By sharp, in a bounded queue. */
import type { Sharp } from 'sharp'
import { asRefusal, ImageRefused, loadSharp, openPicture } from './picture-decoder.ts'
import { createWorkQueue } from './work-queue.ts'

export interface PngThumbnailer {
  /**
   * Turned upright, metadata gone, of a moving picture the first frame. Never larger than the picture is.
   * Rejects with `ImageRefused` (not an image, broken, too many pixels) or `QueueFull`.
   */
  thumbnail(bytes: Uint8Array, wanted: WantedThumbnail): Promise<Thumbnail>
}

interface WantedThumbnail {
  /** Of the longest side, in pixels. */
  readonly side: number
  /** Colours are given up for it, then pixels. */
  readonly mostBytes: number
}

interface Thumbnail {
  /** PNG. */
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}

interface Pixels {
  readonly data: Uint8Array
  readonly raw: { width: number; height: number; channels: 1 | 2 | 3 | 4 }
}

/** Tried from the first; undefined: all there are. */
const COLOURS = [undefined, 256, 128, 64]
/** A picture of one pixel is not made smaller. */
const SMALLEST_SIDE = 8

export function createPngThumbnailer({
  maxPixels,
  concurrency = 1,
  waiting = 32,
}: {
  /** Width × height that are decoded at all. */
  maxPixels: number
  concurrency?: number
  waiting?: number
}): PngThumbnailer {
  const queue = createWorkQueue({ concurrency, waiting })

  async function make(bytes: Uint8Array, wanted: WantedThumbnail): Promise<Thumbnail> {
    const { source } = await openPicture(bytes, { maxPixels, moving: false })
    for (let { side } = wanted, pixels = await pixelsOf(source, side); ; side >>= 1) {
      const thumbnail = await encodeWithin(pixels, wanted.mostBytes)
      if (thumbnail) return thumbnail
      if (side <= SMALLEST_SIDE) throw new ImageRefused('the image cannot be made small enough')
      pixels = await pixelsOf(await opened(pixels), side >> 1)
    }
  }

  return { thumbnail: (bytes, wanted) => queue.run(() => make(bytes, wanted).catch(asRefusal)) }
}

async function pixelsOf(source: Sharp, side: number): Promise<Pixels> {
  const { data, info } = await source
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { data, raw: { width: info.width, height: info.height, channels: info.channels } }
}

async function encodeWithin(pixels: Pixels, mostBytes: number): Promise<Thumbnail | undefined> {
  for (const colours of COLOURS) {
    const palette = colours === undefined ? {} : { palette: true, colours }
    const source = await opened(pixels)
    const bytes = await source.png({ compressionLevel: 9, ...palette }).toBuffer()
    const { width, height } = pixels.raw
    if (bytes.length <= mostBytes) return { bytes, width, height }
  }
  return undefined
}

async function opened({ data, raw }: Pixels): Promise<Sharp> {
  const sharp = await loadSharp()
  return sharp(data, { raw })
}
