/** Walks the segments of a JPEG, baseline or progressive. ITU-T T.81 Annex B. */
import type { PictureReading } from './picture-facts.ts'

const MARKER = { SOI: 0xd8, EOI: 0xd9, SOS: 0xda, RST0: 0xd0, RST7: 0xd7, TEM: 0x01 }
/** JFIF (density) and Adobe (colour transform) belong to the picture; the others tell about it. */
const APP = { first: 0xe0, last: 0xef, jfif: 0xe0, adobe: 0xee, comment: 0xfe }
/** DHT, JPG and DAC lie among the frame headers and are none. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc])

export function measureJpeg(bytes: Uint8Array): PictureReading {
  let size: { width: number; height: number } | undefined
  let metadata = false
  let at = 2
  for (;;) {
    const marker = nextMarker(bytes, at)
    if (!marker) return 'truncated'
    const { code, end } = marker
    if (code === MARKER.EOI) {
      return size ? { ...size, frames: 1, metadata: metadata || end < bytes.length } : 'broken'
    }
    at = end
    if (standsAlone(code)) continue
    const length = uint16(bytes, end)
    if (end + length > bytes.length || Number.isNaN(length)) return 'truncated'
    if (length < 2) return 'broken'
    at += length
    metadata ||= isMetadata(code)
    if (isFrame(code)) {
      if (size || length < 8) return 'broken'
      size = { height: uint16(bytes, end + 3), width: uint16(bytes, end + 5) }
    }
  }
}

/** The next marker at or behind `from`; bytes of the compressed picture are passed over. */
function nextMarker(bytes: Uint8Array, from: number): { code: number; end: number } | undefined {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0 && at + 1 < bytes.length) {
    const code = bytes[at + 1] ?? 0
    // A zero after FF is compressed data, another FF is filling. T.81 §B.1.1.2, §B.1.1.5.
    if (code !== 0 && code !== 0xff) return { code, end: at + 2 }
    at = bytes.indexOf(0xff, at + 1)
  }
  return undefined
}

function standsAlone(code: number): boolean {
  return code === MARKER.TEM || (code >= MARKER.RST0 && code <= MARKER.SOI)
}

function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && !NO_FRAME.has(code)
}

function isMetadata(code: number): boolean {
  if (code === APP.jfif || code === APP.adobe) return false
  return code === APP.comment || (code >= APP.first && code <= APP.last)
}

function uint16(bytes: Uint8Array, at: number): number {
  return at + 1 < bytes.length ? ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0) : Number.NaN
}
