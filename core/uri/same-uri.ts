/** Whether two URIs mean the same, by the rules of their scheme. RFC 3986 §6, RFC 3261 §19.1.4, RFC 3966 §4, RFC 8141 §3. */
import { parseSipUri, sameSipUri } from './sip-uri.ts'
import { parseTelUri, sameTelUri } from './tel-uri.ts'

export function sameUri(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [parseSipUri(one), parseSipUri(other)]
  if (a && b) return sameSipUri(a, b)
  const [c, d] = [parseTelUri(one), parseTelUri(other)]
  if (c && d) return sameTelUri(c, d)
  return insensitiveParts(one) === insensitiveParts(other)
}

/** Of a URN its namespace too, and of a UUID everything. RFC 8141 §3.1, RFC 4122 §3 */
const CASELESS = /^(?:urn:uuid:.*|urn:[^:]*:|[a-z][a-z0-9+.-]*:)/i

function insensitiveParts(uri: string): string {
  return uri.trim().replace(CASELESS, (part) => part.toLowerCase())
}
