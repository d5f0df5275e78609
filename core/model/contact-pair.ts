/** Contact pair: somebody here and somebody in another network, and what each lets the other see. RFC 6121 §2.1.2, §3. */
import type { Aor } from '../uri/aor.ts'

/** One direction of it; lasts until it is cancelled, whatever dialogs come and go. `asked`: not answered yet. */
export type Authorization = 'none' | 'asked' | 'granted' | 'refused'

export interface ContactPair {
  /** Of a SIP domain. */
  readonly user: Aor
  /** Of the other network. */
  readonly contact: Aor
  /** The user sees the contact. */
  readonly to: Authorization
  /** The contact sees the user. */
  readonly from: Authorization
  /** Milliseconds since the epoch, of the last change of each. */
  readonly toSince: number
  readonly fromSince: number
}
