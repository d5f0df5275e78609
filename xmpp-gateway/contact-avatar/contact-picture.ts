/** A contact's picture on its way to a status icon: checked by its hash and its first bytes, made small, metadata gone. XEP-0084, XEP-0153 §4.6. */
import { hash } from 'node:crypto'
import { measure } from '../../core/images/image-measure.ts'
import type { ImageResizer } from '../../core/images/image-resizer.ts'
import { ImageRefused } from '../../core/images/picture-decoder.ts'
import type { IconImage } from '../../core/model/icon-document.ts'

/** This picture is not taken. The message says why, for the log. */
export class PictureRefused extends Error {
  override readonly name = 'PictureRefused'
  /** What was announced may have run ahead of the picture itself: it is worth asking again. */
  readonly mayCome: boolean

  constructor(why: string, { mayCome = false } = {}) {
    super(why)
    this.mayCome = mayCome
  }
}

/** Of a picture as the contact has it. */
export const PICTURE_LIMITS = { bytes: 512 * 1024, pixels: 4 * 1024 * 1024 }

/** Squares that a picture is fitted into, until it has no more bytes than an icon should. */
const SIDES = [256, 128, 64] as const
const ICON_BYTES = 192 * 1024
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** White space is ignored. XEP-0153 §4.5. Throws PictureRefused. */
export function decodePicture(text: string): Uint8Array {
  const base64 = text.replace(/\s+/g, '')
  if (base64.length > Math.ceil(PICTURE_LIMITS.bytes / 3) * 4) throw tooLarge(base64.length)
  if (!BASE64.test(base64)) throw new PictureRefused('it is not base64')
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length === 0) throw new PictureRefused('it is empty')
  return bytes
}

/** In lower-case hexadecimal, as avatars are named. */
export function pictureId(bytes: Uint8Array): string {
  return hash('sha1', bytes, 'hex')
}

/** The format is told by the bytes, never by the sender's word. Rejects with PictureRefused, or with QueueFull. */
export async function iconOfPicture(bytes: Uint8Array, images: ImageResizer): Promise<IconImage> {
  const picture = measure(bytes)
  if (!picture.ok) throw new PictureRefused(`it is no PNG, JPEG or GIF (${picture.problem})`)
  const { width, height, mediaType } = picture
  if (bytes.length > PICTURE_LIMITS.bytes) throw tooLarge(bytes.length)
  if (width * height > PICTURE_LIMITS.pixels) {
    throw new PictureRefused(`it has too many pixels (${width} × ${height})`)
  }
  // Decoded also when nothing is to be changed: what cannot be shown is not announced.
  const small = await smallerPicture(bytes, images)
  const fits = Math.max(width, height) <= SIDES[0] && bytes.length <= ICON_BYTES
  // The contact's own bytes where they may stay, so that the picture has the hash that XMPP knows it by.
  return fits && !picture.metadata ? { mediaType, width, height, bytes } : small
}

async function smallerPicture(bytes: Uint8Array, images: ImageResizer): Promise<IconImage> {
  for (const side of SIDES) {
    const small = await images.resize(bytes, side).catch(refuseUndecodable)
    if (small.bytes.length <= ICON_BYTES) return small
  }
  throw new PictureRefused('it cannot be made small')
}

function refuseUndecodable(error: unknown): never {
  throw error instanceof ImageRefused ? new PictureRefused(error.message) : error
}

function tooLarge(size: number): PictureRefused {
  return new PictureRefused(`it is too large (${size} bytes)`)
}
