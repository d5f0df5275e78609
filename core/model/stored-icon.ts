/** Stored icon: the document that carries an image, and the image beside it under its names. OMA Presence SIMPLE Content XDM, RFC 4482 §3.4. */
import { PRES_CONTENT_MEDIA_TYPE, serializePresContent } from '../documents/pres-content.ts'
import type { Aor } from '../uri/aor.ts'
import { iconToken } from './icon-announcement.ts'
import type { IconImage } from './icon-document.ts'
import type { DocumentContent } from './stores.ts'

export interface IconHashes {
  /** Lower-case hexadecimal. */
  readonly digest: (algorithm: 'sha1' | 'sha256', bytes: Uint8Array) => string
  /** With the secret `icon-token`; at least 16 bytes. */
  readonly keyed: (text: string) => Uint8Array
}

/** `document`: the pres-content that carries the image, kept byte for byte. */
export function storedIcon(
  document: Uint8Array,
  image: IconImage,
  { owner, hashes }: { owner: Aor; hashes: IconHashes },
): DocumentContent {
  const { mediaType, width, height, bytes } = image
  const hash = hashes.digest('sha256', bytes)
  const sha1 = hashes.digest('sha1', bytes)
  const token = iconToken(hashes.keyed, owner, hash)
  const icon = { mediaType, width, height, size: bytes.length, hash, sha1, bytes, token }
  return { contentType: PRES_CONTENT_MEDIA_TYPE, body: document, icon }
}

/** Pres-content for an image that came without; `description` says something of it. */
export function iconDocument({ mediaType, bytes }: IconImage, description?: string): Uint8Array {
  const data = Buffer.from(bytes).toString('base64')
  const descriptions = description === undefined ? [] : [{ text: description }]
  const plain = { descriptions, attributes: [], extensions: [] }
  return Buffer.from(
    serializePresContent({ mimeType: mediaType, encoding: 'base64', data, ...plain }),
  )
}
