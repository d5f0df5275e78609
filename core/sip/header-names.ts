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

/** Names by what is looked at first of them: length, first, middle and last letter. */
const byShape: Named[][] = Array.from({ length: 256 }, () => [])

interface Named {
  readonly name: string
  readonly number: number
}

for (const [spelling, number] of numbers) {
  const name = spelling.toLowerCase()
  const alike = byShape[shapeOf(name, 0, name.length)] ?? []
  if (!alike.some((one) => one.name === name)) alike.push({ name, number })
}

function shapeOf(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start) | 0x20
  const middle = text.charCodeAt((start + end) >> 1) | 0x20
  const last = text.charCodeAt(end - 1) | 0x20
  return (((end - start) << 4) ^ (first << 3) ^ (middle << 1) ^ last) & 255
}

/** Like `headerNumber`, of the name that stands from `start` to `end`; without cutting it out. */
export function headerNumberAt(text: string, start: number, end: number): number {
  const alike = byShape[shapeOf(text, start, end)]
  if (!alike || end === start) return UNKNOWN_HEADER
  for (const { name, number } of alike) if (isSpelled(text, start, end, name)) return number
  return UNKNOWN_HEADER
}

/** `name` is in lower case. Setting a bit makes letters small; of other characters in names it changes none. */
function isSpelled(text: string, start: number, end: number, name: string): boolean {
  if (name.length !== end - start) return false
  for (let at = 0; at < name.length; at++) {
    if ((text.charCodeAt(start + at) | 0x20) !== name.charCodeAt(at)) return false
  }
  return true
}

/** The number of a header field as it is spelled in a message, or UNKNOWN_HEADER. */
export function headerNumber(spelling: string): number {
  return numbers.get(spelling) ?? numbers.get(spelling.toLowerCase()) ?? UNKNOWN_HEADER
}

/** A bit for each of the names, which are numbered below 32: what `FieldIndex` holds. */
export function fieldBits(names: readonly KnownHeaderName[]): number {
  return names.reduce((bits, name) => bits | (1 << headerNumber(name)), 0)
}
