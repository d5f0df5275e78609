/** What can be told of a picture before a pixel of it is decoded. */
import { measure, type ImageMediaType } from '../../core/images/image-measure.ts'
import { PictureUnreadable } from './picture-unreadable.ts'

/** A photo of a good telephone has them; four bytes each are needed to look at it. */
export const MAX_PIXELS = 64 * 1024 * 1024

export interface CheckedPicture {
  /** Undefined: none of the three that icons may have; the browser may know it all the same. */
  readonly mediaType?: ImageMediaType
  readonly width?: number
  readonly height?: number
  /** Besides the picture something else: where it was taken, with what. */
  readonly metadata?: boolean
}

/** Throws `PictureUnreadable`. */
export function checkPicture(bytes: Uint8Array): CheckedPicture {
  if (bytes.length === 0) throw new PictureUnreadable('empty')
  const found = measure(bytes)
  if (!found.ok) {
    if (found.problem === 'unknown') return {}
    throw new PictureUnreadable('broken')
  }
  const { mediaType, width, height, metadata } = found
  if (width * height > MAX_PIXELS) throw new PictureUnreadable('too-many-pixels')
  return { mediaType, width, height, metadata }
}

/** Brands of what telephones write. ISO/IEC 14496-12 §4.3, ISO/IEC 23008-12 §10. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'])

export function isHeic(bytes: Uint8Array): boolean {
  const text = (from: number) => String.fromCharCode(...bytes.subarray(from, from + 4))
  return text(4) === 'ftyp' && HEIC_BRANDS.has(text(8))
}
