/** Status icon: the image that stands for a presentity, and the rules it must obey. RFC 4482 §3.4, OMA pres-content. */

export type IconMediaType = 'image/png' | 'image/jpeg' | 'image/gif'

/** What is known of a stored image without its bytes. */
export interface StatusIcon {
  readonly mediaType: IconMediaType
  readonly width: number
  readonly height: number
  /** Of the image, in bytes. */
  readonly size: number
  /** SHA-256 of the image, lower-case hexadecimal: the name of its blob. */
  readonly hash: string
  /** SHA-1 of the image, as Blink's fragment and XMPP want it. */
  readonly sha1: string
}

export interface IconLimits {
  /** Of the base64 text in the pres-content document. */
  readonly maxBase64Bytes: number
  /** Width × height, refused before decoding. */
  readonly maxPixels: number
}

export const DEFAULT_ICON_LIMITS: IconLimits = {
  maxBase64Bytes: 300 * 1024,
  maxPixels: 4096 * 4096,
}

const EXTENSIONS: Record<IconMediaType, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
}

export function iconExtension(mediaType: IconMediaType): string {
  return EXTENSIONS[mediaType]
}
