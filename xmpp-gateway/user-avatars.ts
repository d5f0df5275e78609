/** User avatars: the one canonical picture of a SIP user that XMPP contacts are shown. XEP-0084, XEP-0153. */
import type { Aor } from '../core/uri/aor.ts'
import type { Pair } from './pair.ts'

/** `unknown`: not loaded yet, so that nothing is said of it. XEP-0153 §4.1 */
export type ShownAvatar =
  | { readonly state: 'unknown' }
  | { readonly state: 'none' }
  | { readonly state: 'image'; readonly avatar: Avatar }

/** A PNG, as it is announced. */
export interface Avatar {
  /** SHA-1 of the bytes, in lower-case hexadecimal. */
  readonly id: string
  /** In bytes. */
  readonly size: number
  readonly width: number
  readonly height: number
}

export interface Picture {
  readonly avatar: Avatar
  readonly bytes: Uint8Array
}

export interface UserAvatars {
  /** What the contact of this pair may see: nothing where the rules hide it. Loads what is unknown, and `follow` tells of it. */
  of(pair: Pair): ShownAvatar
  /** The same with its bytes, waited for. Undefined: there is none for this contact, or it cannot be had now. Rejects with a StanzaError. */
  picture(pair: Pair): Promise<Picture | undefined>
  /** Hears whose avatar has become another. Gives what ends it. */
  follow(listener: (user: Aor) => void): () => void
}
