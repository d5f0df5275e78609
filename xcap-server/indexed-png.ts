/** Writes small PNG pictures whose pixels are numbers of palette colours. ISO/IEC 15948 (PNG) §11. */
import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const BITS_PER_PIXEL = 8
const INDEXED = 3

export interface IndexedPicture {
  /** Width and height, in pixels. */
  readonly side: number
  /** Row by row, a colour's number each. */
  readonly pixels: Uint8Array
  /** Three bytes a colour: red, green, blue. */
  readonly palette: Uint8Array
  /** Opacity of the first colours, 0–255; the others are opaque. */
  readonly opacity?: Uint8Array
}

export function indexedPng({ side, pixels, palette, opacity }: IndexedPicture): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([BITS_PER_PIXEL, INDEXED, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    ...(opacity ? [chunk('tRNS', opacity)] : []),
    chunk('IDAT', deflateSync(unfilteredRows(pixels, side))),
    chunk('IEND', new Uint8Array()),
  ])
}

/** Each row behind the byte that says that it is not filtered. */
function unfilteredRows(pixels: Uint8Array, side: number): Uint8Array {
  const rows = new Uint8Array((side + 1) * side)
  for (let row = 0; row < side; row++) {
    rows.set(pixels.subarray(row * side, (row + 1) * side), row * (side + 1) + 1)
  }
  return rows
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8)
  return bytes
}
