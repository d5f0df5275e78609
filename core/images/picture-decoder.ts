/** Opens pictures for sharp: only the three formats, only within bounds, and what cannot be read is refused in one way. */
import type { Sharp } from 'sharp'
import { measure, type ImageMediaType } from './image-measure.ts'

/** It is no image, broken, or has too many pixels. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused'
}

/**
 * Not decoded yet. `maxPixels`: width × height (× frames of a moving picture) that are decoded at all.
 * `moving`: a GIF that moves stays one as long as all its frames fit; otherwise it shows its first.
 */
export async function openPicture(
  bytes: Uint8Array,
  { maxPixels, moving }: { maxPixels: number; moving: boolean },
): Promise<{ source: Sharp; mediaType: ImageMediaType }> {
  const image = measure(bytes)
  if (!image.ok) throw new ImageRefused(`the image is ${image.problem}`)
  const { mediaType, width, height, frames } = image
  if (width * height > maxPixels) throw new ImageRefused('the image has too many pixels')
  const sharp = await loadSharp()
  const animated = moving && mediaType === 'image/gif' && width * height * frames <= maxPixels
  const source = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', animated })
  return { source, mediaType }
}

/** What a decoder throws, as a refusal. */
export function asRefusal(error: unknown): never {
  if (error instanceof ImageRefused) throw error
  throw new ImageRefused('the image cannot be decoded', { cause: error })
}

let loading: Promise<(typeof import('sharp'))['default']> | undefined

/** Loaded on first use: whoever only lists icons starts without it. */
export function loadSharp(): Promise<(typeof import('sharp'))['default']> {
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
