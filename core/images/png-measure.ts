/** Walks the chunks of a PNG. PNG (W3C) §5, §11. */
import type { PictureReading } from './picture-facts.ts'

const SIGNATURE_LENGTH = 8
/** Length and type before the data of a chunk, checksum after it. */
const CHUNK_OVERHEAD = 12
const IHDR_LENGTH = 13

/** Chunks that say how the picture looks; other ones that a decoder may skip tell about it. */
const PICTURE = new Set(
  'tRNS gAMA cHRM sRGB iCCP cICP bKGD pHYs sBIT sPLT hIST acTL fcTL fdAT'.split(' '),
)

export function measurePng(bytes: Uint8Array): PictureReading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: { width: number; height: number } | undefined
  let frames = 1
  let metadata = false
  let at = SIGNATURE_LENGTH
  while (at + CHUNK_OVERHEAD <= bytes.length) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const data = at + 8
    at += length + CHUNK_OVERHEAD
    if (at > bytes.length) return 'truncated'
    if (!size) {
      if (type !== 'IHDR' || length !== IHDR_LENGTH) return 'broken'
      size = { width: view.getUint32(data), height: view.getUint32(data + 4) }
    }
    if (type === 'acTL' && length >= 4) frames = Math.max(1, view.getUint32(data))
    if (type === 'IEND') return { ...size, frames, metadata: metadata || at < bytes.length }
    if (isAncillary(type) && !PICTURE.has(type)) metadata = true
  }
  return 'truncated'
}

/** Bit 5 of the first letter. PNG §5.4. */
function isAncillary(type: string): boolean {
  return (type.charCodeAt(0) & 0x20) !== 0
}
