/** Walks the blocks of a GIF, still or moving. GIF89a §17–27. */
import type { PictureReading } from './picture-facts.ts'

const SCREEN_END = 13
const DESCRIPTOR_LENGTH = 9
const BLOCK = { image: 0x2c, extension: 0x21, trailer: 0x3b }
const LABEL = { comment: 0xfe, application: 0xff }
/** Application extensions that say how often to repeat; others (XMP) tell about the picture. */
const LOOPING = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0'])

export function measureGif(bytes: Uint8Array): PictureReading {
  if (bytes.length < SCREEN_END) return 'truncated'
  let width = uint16(bytes, 6)
  let height = uint16(bytes, 8)
  let frames = 0
  let metadata = false
  let at = SCREEN_END + colourTableLength(bytes[10] ?? 0)
  for (;;) {
    const kind = bytes[at++]
    if (kind === undefined) return 'truncated'
    if (kind === BLOCK.trailer) {
      const end = { width, height, frames, metadata: metadata || at < bytes.length }
      return frames > 0 ? end : 'broken'
    } else if (kind === BLOCK.image) {
      if (at + DESCRIPTOR_LENGTH > bytes.length) return 'truncated'
      frames++
      // A frame may reach over the screen; what a decoder must hold is the larger of both.
      width = Math.max(width, uint16(bytes, at) + uint16(bytes, at + 4))
      height = Math.max(height, uint16(bytes, at + 2) + uint16(bytes, at + 6))
      const table = colourTableLength(bytes[at + 8] ?? 0)
      at = skipSubBlocks(bytes, at + DESCRIPTOR_LENGTH + table + 1)
    } else if (kind === BLOCK.extension) {
      metadata ||= isMetadata(bytes, at)
      at = skipSubBlocks(bytes, at + 1)
    } else {
      return 'broken'
    }
  }
}

/** Behind the empty sub-block that ends the data. */
function skipSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from
  for (let length = bytes[at]; length !== undefined && length > 0; length = bytes[at]) {
    at += length + 1
  }
  return at + 1
}

function isMetadata(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] === LABEL.comment) return true
  const name = String.fromCharCode(...bytes.subarray(at + 2, at + 13))
  return bytes[at] === LABEL.application && !LOOPING.has(name)
}

function colourTableLength(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1)
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
}
