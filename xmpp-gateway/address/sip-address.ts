/** One person's address in SIP and in XMPP. RFC 7247 §6. */
import { aorDomain, aorUser, parseAor, type Aor } from '../../core/uri/aor.ts'
import { parseSipUri, uriParameter } from '../../core/uri/sip-uri.ts'
import {
  asciiDomain,
  bareJid,
  fullJid,
  jidDomain,
  localpart,
  parseJid,
  resourcepart,
  type BareJid,
  type Jid,
} from '../jid.ts'
import { escapeLocalpart, unescapeLocalpart } from './jid-escaping.ts'

/** Most addresses are the same in both, and need no work. */
const WRITTEN_ALIKE = /^sip:([a-z0-9_.+-]+@(?!.*xn--)[a-z0-9.-]+)$/
const LONGEST_ALIKE = 256

/** Undefined: no JID can say it, or it is a telephone number without a domain. RFC 7247 §6.4 */
export function jidOfAor(aor: Aor): BareJid | undefined {
  const alike = aor.length < LONGEST_ALIKE ? WRITTEN_ALIKE.exec(aor)?.[1] : undefined
  if (alike !== undefined) return alike as BareJid
  const domain = jidDomain(aorDomain(aor))
  const user = percentDecoded(aorUser(aor))
  if (domain === undefined || user === undefined) return undefined
  // Before the escapes are made: `\2F` is to become a backslash, 2 and f.
  const escaped = escapeLocalpart(user.toLowerCase())
  const local = escaped === undefined ? undefined : localpart(escaped)
  return local === undefined ? undefined : bareJid(local, domain)
}

/** Undefined: a server's own address has no user. RFC 7247 §6.5 */
export function aorOfJid({ local, domain }: Pick<Jid, 'local' | 'domain'>): Aor | undefined {
  const host = asciiDomain(domain)
  if (local === undefined || host === undefined) return undefined
  return parseAor(`sip:${encodeURIComponent(unescapeLocalpart(local))}@${host}`)
}

/** A contact's address in SIP as his JID has it, which tells no capitals apart; one that no JID can say stays as it is. */
export function contactAor(written: Aor): Aor {
  const bare = jidOfAor(written)
  if (bare === undefined || written === `sip:${bare}`) return written
  const jid = parseJid(bare)
  return (jid && aorOfJid(jid)) ?? written
}

/** With the device that `gr` names as resource; an empty one stands for the whole address. RFC 7247 §6.3 */
export function jidOfSipUri(text: string): string | undefined {
  const aor = parseAor(text)
  const bare = aor && jidOfAor(aor)
  if (bare === undefined) return undefined
  const uri = parseSipUri(text)
  const device = uri && percentDecoded(uriParameter(uri, 'gr') ?? '')
  return fullJid(bare, device === undefined ? undefined : resourcepart(device))
}

/** With the resource as `gr`. */
export function sipUriOfJid(jid: Jid): string | undefined {
  const aor = aorOfJid(jid)
  if (aor === undefined || jid.resource === undefined) return aor
  return `${aor};gr=${encodeURIComponent(jid.resource)}`
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // The octets are no UTF-8.
    return undefined
  }
}
