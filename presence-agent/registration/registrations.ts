/** Registrations: on which contacts a person can be reached, as a registrar knows it. RFC 3261 §10, RFC 3680. */
import type { Aor } from '../../core/uri/aor.ts'

export interface Registrations {
  /** Empty: nothing is registered, or nobody knows yet; then it is asked for, and `onChange` tells. */
  of(aor: Aor): readonly RegisteredContact[]
  /** Contacts have come or gone; mere refreshes are not told. */
  onChange(listener: (aor: Aor) => void): void
  stop(): void
}

export interface RegisteredContact {
  readonly uri: string
  /** Milliseconds since the epoch; undefined: the registrar does not say. */
  readonly expiresAt: number | undefined
}

/** Presence from registration is switched off. */
export const NO_REGISTRATIONS: Registrations = {
  of: () => [],
  onChange: () => undefined,
  stop: () => undefined,
}
