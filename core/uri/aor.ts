/** Address of record in one canonical spelling, so that equal people are equal strings. RFC 3261 §10.3, RFC 3859, RFC 3966. */

declare const brand: unique symbol

/** `sip:user@host` (escapes only where needed, host in lower case, no port, no parameters) or `tel:+digits`. */
export type Aor = string & { readonly [brand]: 'Aor' }

/** Host of the address in lower case; empty for `tel:`. */
export function aorDomain(aor: Aor): string {
  return aor.startsWith('tel:') ? '' : aor.slice(aor.lastIndexOf('@') + 1)
}

/** User part of the address as it stands in it; the number for `tel:`. */
export function aorUser(aor: Aor): string {
  return aor.startsWith('tel:') ? aor.slice(4) : aor.slice(4, aor.lastIndexOf('@'))
}

export function withAorDomain(aor: Aor, domain: string): Aor {
  return aor.startsWith('tel:') ? aor : (`sip:${aorUser(aor)}@${domain}` as Aor)
}
