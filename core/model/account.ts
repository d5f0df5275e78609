/** Account: who may sign in, under which names, and the hashes that prove it. */
import type { Aor } from '../uri/aor.ts'

export type DigestAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256'

/** H(username:realm:password): enough to check a response, not to learn the password. RFC 7616 §3.4.2. */
export interface Credential {
  readonly username: string
  readonly realm: string
  readonly algorithm: DigestAlgorithm
  /** Lower-case hexadecimal. */
  readonly ha1: string
}

export interface Account {
  /** The presentity, and the owner of its documents. */
  readonly aor: Aor
  /** Other addresses of the same person: one presentity, one icon. */
  readonly aliases: readonly Aor[]
  readonly name?: string
  /** Nobody signs in with it, and it shows no presence; what is stored of it stays. */
  readonly suspended?: true
  /** It is being erased: nobody has its addresses any more, and what is stored of it goes. Suspended, too. */
  readonly erasing?: true
  /** One per spelling of the username, realm and algorithm. */
  readonly credentials: readonly Credential[]
}
