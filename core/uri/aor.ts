/** Address of record in one canonical spelling, so that equal people are equal strings. RFC 3261 §10.3, RFC 3859, RFC 3966. */
import { AOR_USER_RULES, normalizeEscapes } from './escapes.ts'
import { parsePresUri } from './pres-uri.ts'
import { parseSipUri } from './sip-uri.ts'
import { parseTelUri } from './tel-uri.ts'
import { unescapeWhole } from './whole-escape.ts'

declare const brand: unique symbol

/** `sip:user@host` (escapes only where needed, host in lower case, no port, no parameters) or `tel:+digits`. */
export type Aor = string & { readonly [brand]: 'Aor' }

const LONGEST = 1024
const CANONICAL_ALREADY = /^sip:[A-Za-z0-9_.-]+@[a-z0-9](?:(?!\.\.)[a-z0-9.-])*(?<=[a-z0-9])$/
const SCHEME = /^([a-z][a-z0-9+.-]*):/i

const FROM_SCHEME: Partial<Record<string, (text: string) => Aor | undefined>> = {
  sip: aorOfSipUri,
  sips: aorOfSipUri,
  pres: aorOfPresUri,
  tel: aorOfTelUri,
}

/**
 * From a SIP, SIPS, pres or global tel URI, escaped whole or not, or a bare `user@host`. Port, password, parameters and
 * headers are dropped, characters outside ASCII escaped as UTF-8. Undefined: none of these, without a user, or too long.
 */
export function parseAor(text: string): Aor | undefined {
  if (text.length > LONGEST) return undefined
  if (CANONICAL_ALREADY.test(text)) return text as Aor
  const uri = unescapeWhole(text)
  const scheme = SCHEME.exec(uri)?.[1]
  if (scheme === undefined) return aorOfSipUri(`sip:${uri}`)
  return FROM_SCHEME[scheme.toLowerCase()]?.(uri)
}

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

function aorOfSipUri(text: string): Aor | undefined {
  const uri = parseSipUri(text)
  const user = uri?.user === undefined ? undefined : normalizeEscapes(uri.user, AOR_USER_RULES)
  return uri === undefined || user === undefined ? undefined : (`sip:${user}@${uri.host}` as Aor)
}

function aorOfPresUri(text: string): Aor | undefined {
  const uri = parsePresUri(text)
  return uri && (`sip:${uri.user}@${uri.host}` as Aor)
}

function aorOfTelUri(text: string): Aor | undefined {
  const uri = parseTelUri(text)
  // An extension or subaddress is another telephone than the number without it. RFC 3966 §4
  const wholeNumber = uri?.global && !uri.extension && !uri.isdnSubaddress
  return wholeNumber ? (`tel:${uri.number}` as Aor) : undefined
}
