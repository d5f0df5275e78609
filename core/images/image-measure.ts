/** What an image says of itself in its headers: format, size, wholeness, without decoding a pixel. */
import { measureGif } from './gif-measure.ts'
import { measureJpeg } from './jpeg-measure.ts'
import type { PictureFacts, PictureReading } from './picture-facts.ts'
import { measurePng } from './png-measure.ts'

export type ImageMediaType = 'image/png' | 'image/jpeg' | 'image/gif'

export interface ImageMeasure extends PictureFacts {
  readonly ok: true
  readonly mediaType: ImageMediaType
}

export interface ImageProblem {
  readonly ok: false
  /** `unknown`: none of the three formats; `truncated`: it ends too early; `broken`: it contradicts itself. */
  readonly problem: 'unknown' | 'truncated' | 'broken'
}

const MEASURES: Record<ImageMediaType, (bytes: Uint8Array) => PictureReading> = {
  'image/png': measurePng,
  'image/jpeg': measureJpeg,
  'image/gif': measureGif,
}

const SIGNATURES: readonly [ImageMediaType, readonly number[]][] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, 0x37, 0x61]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
]

/** The format by the first bytes, whatever the label says. */
export function sniff(bytes: Uint8Array): ImageMediaType | undefined {
  return SIGNATURES.find(([, start]) => start.every((byte, at) => bytes[at] === byte))?.[0]
}

export function measure(bytes: Uint8Array): ImageMeasure | ImageProblem {
  const mediaType = sniff(bytes)
  if (!mediaType) return { ok: false, problem: 'unknown' }
  const found = MEASURES[mediaType](bytes)
  if (typeof found === 'string') return { ok: false, problem: found }
  if (found.width === 0 || found.height === 0) return { ok: false, problem: 'broken' }
  return { ok: true, mediaType, ...found }
}
