/** Document body: where its bytes stand, so that an icon is stored once and large documents stay out of Level. */
import type { DocumentContent } from '../model/stores.ts'
import { sha256 } from './blob-files.ts'
import type { Blob } from './blob-shelf.ts'

export type BodyPlace =
  | { readonly in: 'record' }
  /** In a record of its own, so that whoever lists documents does not read it. */
  | { readonly in: 'beside' }
  | { readonly in: 'blob'; readonly hash: string }
  /** The body is the document's image in base64, with this many bytes of the payload before it and the rest behind. */
  | { readonly in: 'image'; readonly hash: string; readonly before: number }

/** Where a blob has to be read for the body. */
export type BlobPlace = Extract<BodyPlace, { hash: string }>

export interface PlacedBody {
  readonly place: BodyPlace
  /** What stands in the record, or beside it. */
  readonly payload: Uint8Array
  /** What has to be written beside it. */
  readonly blobs: readonly Blob[]
}

/** Bytes that a record may hold. */
const RECORD_LIMIT = 8 * 1024
/** LevelDB copies its values around at every compaction: from some 200 KB on a file costs less. */
const BESIDE_LIMIT = 64 * 1024

export function placeBody({ body, icon }: DocumentContent): PlacedBody {
  const image = icon ? [{ hash: icon.hash, bytes: icon.bytes }] : []
  const around = icon && aroundImage(body, icon.bytes)
  if (icon && around && around.payload.length <= RECORD_LIMIT) {
    const place = { in: 'image', hash: icon.hash, before: around.before } as const
    return { place, payload: around.payload, blobs: image }
  }
  if (body.length <= RECORD_LIMIT) return { place: { in: 'record' }, payload: body, blobs: image }
  if (!icon && body.length <= BESIDE_LIMIT) {
    return { place: { in: 'beside' }, payload: body, blobs: [] }
  }
  const hash = sha256(body)
  return {
    place: { in: 'blob', hash },
    payload: new Uint8Array(),
    blobs: [...image, { hash, bytes: body }],
  }
}

/** Undefined: the body does not hold the image in one piece of plain base64. */
export function aroundImage(
  body: Uint8Array,
  image: Uint8Array,
): { payload: Uint8Array; before: number } | undefined {
  const text = Buffer.from(asBuffer(image).toString('base64'), 'latin1')
  const before = text.length > 0 ? asBuffer(body).indexOf(text) : -1
  if (before < 0) return undefined
  const payload = Buffer.concat([body.subarray(0, before), body.subarray(before + text.length)])
  return { payload, before }
}

/** The body again, byte for byte. Undefined: its blob is gone. */
export async function gatherBody(
  place: BlobPlace,
  payload: Uint8Array,
  readBlob: (hash: string) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array | undefined> {
  const blob = await readBlob(place.hash)
  if (!blob || place.in === 'blob') return blob
  const text = Buffer.from(asBuffer(blob).toString('base64'), 'latin1')
  return Buffer.concat([payload.subarray(0, place.before), text, payload.subarray(place.before)])
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
