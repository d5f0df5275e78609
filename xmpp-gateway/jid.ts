/** JID: the address of somebody in XMPP, parsed and in one spelling. RFC 7622. */
import { domainToASCII, domainToUnicode } from 'node:url'
import { canonicalHost } from '../core/uri/host.ts'

declare const brand: unique symbol

/** `local@domain` or `domain`, canonical. */
export type BareJid = string & { readonly [brand]: 'BareJid' }

export interface Jid {
  readonly bare: BareJid
  /** Escaped as it travels (XEP-0106). */
  readonly local: string | undefined
  /** Lower case, Unicode in its letters; IPv6 in brackets. */
  readonly domain: string
  readonly resource: string | undefined
}

/** Of each part, in bytes. RFC 7622 §3.2–§3.4 */
const LONGEST_PART = 1023
const LONGEST_JID = 3 * LONGEST_PART + 2

/** Undefined: it is not an address. */
export function parseJid(text: string): Jid | undefined {
  if (text.length > LONGEST_JID) return undefined
  // The first slash begins the resource, and only what stands before it is searched for `@`. RFC 7622 §3.1
  const slash = text.indexOf('/')
  const bareText = slash === -1 ? text : text.slice(0, slash)
  const at = bareText.indexOf('@')
  const domain = jidDomain(bareText.slice(at + 1))
  const local = at === -1 ? undefined : localpart(bareText.slice(0, at))
  const resource = slash === -1 ? undefined : resourcepart(text.slice(slash + 1))
  if (domain === undefined) return undefined
  if (at !== -1 && local === undefined) return undefined
  if (slash !== -1 && resource === undefined) return undefined
  return { bare: bareJid(local, domain), local, domain, resource }
}

/** The domain as JIDs have it, whichever way it is written. RFC 7622 §3.2 */
export function jidDomain(text: string): string | undefined {
  const ascii = asciiDomain(text)
  if (ascii === undefined) return undefined
  return ascii.includes('xn--') ? domainToUnicode(ascii) || undefined : ascii
}

/** As SIP, DNS and our configuration write it. */
export function asciiDomain(text: string): string | undefined {
  // A dot at the end says nothing. RFC 7622 §3.2
  const domain = text.endsWith('.') ? text.slice(0, -1) : text
  return canonicalHost(IS_ASCII.test(domain) ? domain : domainToASCII(domain))
}

export function fullJid(bare: BareJid, resource: string | undefined): string {
  return resource === undefined ? bare : `${bare}/${resource}`
}

/** Of parts that are canonical. */
export function bareJid(local: string | undefined, domain: string): BareJid {
  return (local === undefined ? domain : `${local}@${domain}`) as BareJid
}

const IS_ASCII = /^[\x00-\x7f]*$/
/** Letters, digits and what ASCII can print, as the UsernameCaseMapped profile allows them. RFC 8264 §4.2, RFC 8265 §3.3 */
const LOCALPART = /^[\x21-\x7e\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]+$/u
/** Forbidden in a localpart beyond what the profile forbids. RFC 7622 §3.3.1 */
const RESERVED = /["&'/:<>@]/
const WIDE_OR_NARROW = /[\uff01-\uffee]/g

/** In lower case and composed, each character in its usual width; undefined: it cannot be one. RFC 7622 §3.3 */
export function localpart(text: string): string | undefined {
  const usual = text.replace(WIDE_OR_NARROW, (character) => character.normalize('NFKC'))
  const prepared = usual.toLowerCase().normalize('NFC')
  const isAllowed =
    LOCALPART.test(prepared) &&
    !RESERVED.test(prepared) &&
    // What is only another form of other characters has no place in an identifier. RFC 8264 §9.17
    prepared.normalize('NFKC') === prepared
  return isAllowed && isShort(prepared) ? prepared : undefined
}

const SPACES = /\p{Zs}/gu
const NOT_IN_RESOURCE = /\p{C}/u

/** The OpaqueString profile. RFC 7622 §3.4, RFC 8265 §4.2 */
export function resourcepart(text: string): string | undefined {
  const prepared = text.replace(SPACES, ' ').normalize('NFC')
  if (prepared === '' || NOT_IN_RESOURCE.test(prepared) || !isShort(prepared)) return undefined
  return prepared
}

function isShort(part: string): boolean {
  return Buffer.byteLength(part) <= LONGEST_PART
}
