/** Icon document: which images may be status icons, told before a pixel is decoded. OMA pres-content, RFC 4482 §3.4. */
import type { IconLimits, IconMediaType } from './status-icon.ts'

export interface IconImage {
  readonly mediaType: IconMediaType
  /** In pixels. */
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

/** Says which rule is broken, for the person who sent the image. */
export interface BrokenIconRule {
  readonly broken: string
}

export interface IconRules {
  readonly limits: IconLimits
  /** What the image says of itself in its headers. */
  readonly measure: (
    bytes: Uint8Array,
  ) =>
    | { readonly ok: true; mediaType: IconMediaType; width: number; height: number }
    | { readonly ok: false; readonly problem: 'unknown' | 'truncated' | 'broken' }
}

/** What an icon's pres-content document says, as text. */
interface IconContent {
  readonly mimeType?: string
  readonly encoding?: string
  readonly data: string
}

const MEDIA_TYPES: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/gif',
] satisfies IconMediaType[]

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

const PROBLEMS = {
  unknown: 'The data is no PNG, JPEG or GIF image.',
  truncated: 'The image ends too early.',
  broken: 'The image is damaged.',
}

export function isIconMediaType(mediaType: string): mediaType is IconMediaType {
  return MEDIA_TYPES.includes(mediaType)
}

/** The image that a pres-content document carries. */
export function iconInDocument(content: IconContent, rules: IconRules): IconImage | BrokenIconRule {
  const label = content.mimeType?.trim().toLowerCase()
  if (label === undefined) return { broken: 'The mime-type is missing.' }
  if (!isIconMediaType(label)) {
    return { broken: 'The mime-type must be image/png, image/jpeg or image/gif.' }
  }
  if (content.encoding?.trim().toLowerCase() !== 'base64') {
    return { broken: 'The encoding must be base64.' }
  }
  // Refused by its length before anything is decoded.
  if (content.data.length > rules.limits.maxBase64Bytes) return tooLarge(rules)
  const base64 = content.data.replace(/[ \t\r\n]+/g, '')
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) {
    return { broken: 'The data is not base64.' }
  }
  return iconInBytes(Buffer.from(base64, 'base64'), rules, label)
}

/** An image as it is. `label`: the media type that its sender claims. */
export function iconInBytes(
  bytes: Uint8Array,
  rules: IconRules,
  label?: IconMediaType,
): IconImage | BrokenIconRule {
  if (Math.ceil(bytes.length / 3) * 4 > rules.limits.maxBase64Bytes) return tooLarge(rules)
  if (bytes.length === 0) return { broken: 'The image is empty.' }
  const image = rules.measure(bytes)
  if (!image.ok) return { broken: PROBLEMS[image.problem] }
  const { mediaType, width, height } = image
  if (label !== undefined && label !== mediaType) {
    return { broken: `The image is labelled ${label} but is ${mediaType}.` }
  }
  if (width * height > rules.limits.maxPixels) {
    return { broken: `The image may have at most ${rules.limits.maxPixels} pixels.` }
  }
  return { mediaType, width, height, bytes }
}

function tooLarge({ limits }: IconRules): BrokenIconRule {
  return { broken: `The image may have at most ${limits.maxBase64Bytes} bytes as base64.` }
}
