/** Browser session: whom a token speaks for, and the password for SIP that lives as long as it does. */
import type { Aor } from '../uri/aor.ts'
import type { Credential } from './account.ts'

export interface BrowserSession {
  /** SHA-256 of the token in hexadecimal; the token itself is kept by its browser alone. */
  readonly id: string
  /** The account's own address, never an alias. */
  readonly aor: Aor
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly expires: number
  /** Longer than the browser is open: on a device that is one's own. */
  readonly remembered: boolean
  /** Of the password for SIP: one per spelling of the username, realm and algorithm. */
  readonly credentials: readonly Credential[]
}

/** Nobody signs in on more browsers at once. */
const SESSIONS_OF_ONE = 16

/** The sessions of an account with this one among them; the oldest go when there are too many. */
export function withSession(
  present: readonly BrowserSession[],
  session: BrowserSession,
  now: number,
): BrowserSession[] {
  const others = present.filter((one) => one.id !== session.id && one.expires > now)
  return [...others, session]
    .sort((one, other) => one.created - other.created)
    .slice(-SESSIONS_OF_ONE)
}
