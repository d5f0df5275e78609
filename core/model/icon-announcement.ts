/** The short address under which an icon is announced, and which icon of ours an address names. RFC 4482 §3.4. */
import type { Aor } from '../uri/aor.ts'
import { PRES_CONTENT, STATUS_ICON_FOLDER } from './document-id.ts'
import { iconExtension, type IconMediaType } from './status-icon.ts'

const TOKEN_BYTES = 16

/**
 * Names an image of a presentity so that nobody can guess it: another image, another name.
 * 22 URL-safe characters. `hash` is keyed and gives at least 16 bytes.
 */
export function iconToken(
  hash: (text: string) => Uint8Array,
  presentity: Aor,
  imageHash: string,
): string {
  const bytes = hash(`icon:${imageHash}:${presentity}`).subarray(0, TOKEN_BYTES)
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/** Absolute URL of the image and nothing else, safe behind any cache. */
export function announcedIconUrl(
  iconsPublicUrl: string,
  token: string,
  mediaType: IconMediaType,
): string {
  return `${withoutSlash(iconsPublicUrl)}/i/${token}.${iconExtension(mediaType)}`
}

/** `xcapPath`: what follows the XCAP root and its slash, as sent: `oma_status-icon/users/sip:alice@example.com/photo.png`. */
export type OwnIconReference = { readonly token: string } | { readonly xcapPath: string }

/** Which icon of this service a published URL names; undefined: it lives elsewhere. */
export function ownIconReference(
  url: string,
  { iconsPublicUrl, xcapRootUrls }: { iconsPublicUrl: string; xcapRootUrls: readonly string[] },
): OwnIconReference | undefined {
  const named = normalized(url)
  if (named === undefined) return undefined
  const announced = after(named, `${withoutSlash(iconsPublicUrl)}/i/`)
  const token = announced === undefined ? null : /^([\w-]+)(?:\.\w+)?$/.exec(announced)
  if (token?.[1] !== undefined) return { token: token[1] }
  for (const root of xcapRootUrls) {
    const xcapPath = after(named, `${withoutSlash(root)}/`)
    if (xcapPath !== undefined && isIconPath(xcapPath)) return { xcapPath }
  }
  return undefined
}

function isIconPath(xcapPath: string): boolean {
  return [STATUS_ICON_FOLDER, PRES_CONTENT].some((folder) => xcapPath.startsWith(`${folder}/`))
}

/** Scheme and host in lower case, no default port, no query or fragment. */
function normalized(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

function after(url: string, start: string): string | undefined {
  const normalizedStart = normalized(start)
  return normalizedStart !== undefined && url.startsWith(normalizedStart)
    ? url.slice(normalizedStart.length)
    : undefined
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
