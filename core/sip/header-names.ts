/** Header field names: the known ones by number, in long and compact form. RFC 3261 §7.3.3, §20. */

const LONG_NAMES = [
  'via',
  'from',
  'to',
  'call-id',
  'cseq',
  'max-forwards',
  'content-length',
  'contact',
  'event',
  'expires',
  'content-type',
  'accept',
  'accept-encoding',
  'accept-language',
  'allow',
  'allow-events',
  'authorization',
  'content-disposition',
  'content-encoding',
  'date',
  'min-expires',
  'p-asserted-identity',
  'path',
  'privacy',
  'proxy-authorization',
  'proxy-require',
  'record-route',
  'require',
  'retry-after',
  'route',
  'sip-etag',
  'sip-if-match',
  'subscription-state',
  'suppress-if-match',
  'supported',
  'unsupported',
  'user-agent',
  'warning',
  'www-authenticate',
  'accept-contact',
  'referred-by',
  'request-disposition',
  'reject-contact',
  'identity-info',
  'refer-to',
  'subject',
  'session-expires',
  'identity',
] as const

export type KnownHeaderName = (typeof LONG_NAMES)[number]

/** A known name is completed by the editor; any other in lower case is found too. */
export type HeaderName = KnownHeaderName | (string & {})

const COMPACT_NAMES: Readonly<Record<string, KnownHeaderName>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
}

export const UNKNOWN_HEADER = -1

/** In the spellings that are usually sent, so that most names need no lower-casing. */
const numbers = new Map<string, number>()
LONG_NAMES.forEach((name, number) => {
  numbers.set(name, number)
  numbers.set(
    name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
    number,
  )
})
for (const [compact, name] of Object.entries(COMPACT_NAMES)) {
  numbers.set(compact, LONG_NAMES.indexOf(name))
}
for (const [spelling, name] of [
  ['CSeq', 'cseq'],
  ['Call-ID', 'call-id'],
  ['SIP-ETag', 'sip-etag'],
  ['SIP-If-Match', 'sip-if-match'],
  ['WWW-Authenticate', 'www-authenticate'],
] as const) {
  numbers.set(spelling, LONG_NAMES.indexOf(name))
}

/** The number of a header field as it is spelled in a message, or UNKNOWN_HEADER. */
export function headerNumber(spelling: string): number {
  return numbers.get(spelling) ?? numbers.get(spelling.toLowerCase()) ?? UNKNOWN_HEADER
}
