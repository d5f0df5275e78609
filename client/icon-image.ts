/** The image of an icon on its way to or from a server. */

export interface IconImage {
  /** `image/png`, `image/jpeg` or `image/gif`; from other servers perhaps another. */
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/**
 * Knows images where this client runs: by sharp on Node, by a canvas in a browser. Rejects what is no image.
 * `original`: untouched but looked at.
 */
export type PrepareImage = (
  bytes: Uint8Array,
  options: { readonly original: boolean },
) => Promise<IconImage>

/** Pixels on the longer side of an icon. */
export const ICON_SIDE = 256

const EXTENSIONS: Partial<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
}
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const NAME_LENGTH = 20
/** The largest multiple of the alphabet below 256: bytes from there on would favour some letters. */
const FAIR = 256 - (256 % LETTERS.length)

/** Twenty random letters and digits, which nobody can guess, and the extension of the image. */
export function newIconName(mediaType: string): string {
  let name = ''
  while (name.length < NAME_LENGTH) {
    const [byte = FAIR] = globalThis.crypto.getRandomValues(new Uint8Array(1))
    if (byte < FAIR) name += LETTERS[byte % LETTERS.length] ?? ''
  }
  return name + (EXTENSIONS[mediaType] ?? '')
}
