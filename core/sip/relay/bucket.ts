/** Buckets: an address always falls into the same of 256, and each bucket is at home in one worker. RFC 3261 §19.1.4. */

const BUCKETS = 256

/** Workers count from 1, the process that the operator started; its share of the buckets is the first. */
export function homeOfBucket(bucket: number, workers: number): number {
  return 1 + (bucket % workers)
}

const AT = 0x40
const COLON = 0x3a
const SEMICOLON = 0x3b
const QUESTION = 0x3f
const PERCENT = 0x25
const OPENING_BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d

/**
 * Of the URI that stands in `octets` from `start` to `end`, as far as its text tells: scheme, password, port and parameters
 * do not count, nor how characters are escaped, nor the case of the host. Other names of the same person may fall into
 * another bucket, which any worker can serve as well. Undefined: it names no person, only a host.
 */
export function bucketOf(octets: Uint8Array, start: number, end: number): number | undefined {
  const from = afterScheme(octets, start, end)
  const at = indexOf(octets, AT, from, end)
  if (at < 0) return isTelephone(octets, start, from) ? telephone(octets, from, end) : undefined
  const password = indexOf(octets, COLON, from, at)
  const user = addEscaped(SEED, octets, from, password < 0 ? at : password)
  return spread(addHost(mix(user, AT), octets, at + 1, end))
}

/** The host of the URI, in lower case; empty where it has none. */
export function hostOf(octets: Buffer, start: number, end: number): string {
  const from = afterScheme(octets, start, end)
  const at = indexOf(octets, AT, from, end)
  const host = at < 0 ? from : at + 1
  return octets.toString('latin1', host, endOfHost(octets, host, end)).toLowerCase()
}

function afterScheme(octets: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (octets[at] === COLON) return at + 1
    if (!isLetter(octets[at] ?? 0)) break
  }
  return start
}

/** RFC 3966: visual separators do not count. */
function telephone(octets: Uint8Array, from: number, end: number): number {
  let hash = SEED
  for (let at = from; at < end && octets[at] !== SEMICOLON; at++) {
    const code = octets[at] ?? 0
    if (isDigit(code)) hash = mix(hash, code)
  }
  return spread(hash)
}

const T = 0x74

function isTelephone(octets: Uint8Array, start: number, from: number): boolean {
  return from - start === 4 && lower(octets[start] ?? 0) === T
}

/** RFC 3261 §19.1.4: an escaped character equals the bare one. */
function addEscaped(seed: number, octets: Uint8Array, from: number, end: number): number {
  let hash = seed
  for (let at = from; at < end; at++) {
    const code = octets[at] ?? 0
    const high = code === PERCENT && at + 2 < end ? hexDigit(octets[at + 1] ?? 0) : -1
    const low = high < 0 ? -1 : hexDigit(octets[at + 2] ?? 0)
    if (low < 0) hash = mix(hash, code)
    else {
      hash = mix(hash, (high << 4) | low)
      at += 2
    }
  }
  return hash
}

function addHost(seed: number, octets: Uint8Array, from: number, end: number): number {
  const over = endOfHost(octets, from, end)
  let hash = seed
  for (let at = from; at < over; at++) hash = mix(hash, lower(octets[at] ?? 0))
  return hash
}

function endOfHost(octets: Uint8Array, from: number, end: number): number {
  let inBrackets = false
  for (let at = from; at < end; at++) {
    const code = octets[at] ?? 0
    if (code === OPENING_BRACKET) inBrackets = true
    else if (code === CLOSING_BRACKET) inBrackets = false
    else if (code === SEMICOLON || code === QUESTION) return at
    else if (code === COLON && !inBrackets) return at
  }
  return end
}

/** FNV-1a: the same in every process and after every restart. */
const SEED = 0x811c9dc5

function mix(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

function spread(hash: number): number {
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & (BUCKETS - 1)
}

function indexOf(octets: Uint8Array, wanted: number, from: number, end: number): number {
  for (let at = from; at < end; at++) if (octets[at] === wanted) return at
  return -1
}

function isLetter(code: number): boolean {
  return lower(code) >= 0x61 && lower(code) <= 0x7a
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Of a letter; a few signs change too, alike everywhere. */
export function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code | 0x20 : code
}

/** -1: it is none. */
export function hexDigit(code: number): number {
  if (isDigit(code)) return code - 0x30
  const letter = lower(code)
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
