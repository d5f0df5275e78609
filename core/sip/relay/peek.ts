/** Sees from the raw octets which worker a message belongs to, without reading it all. RFC 3261 §8.1.1, §12.2.2, §17.1.3. */
import { bucketOf, hexDigit, homeOfBucket, hostOf, lower } from './bucket.ts'

export interface PeekParts {
  readonly workers: number
  /** Hosts whose people are all at home in the first worker, in lower case. */
  readonly hostsOfFirst: ReadonlySet<string>
}

/** The worker's number; undefined: strange or nobody's, whoever has it answers. */
export type Peek = (octets: Buffer) => number | undefined

/** What our branches begin with, before the two digits that name the worker. RFC 3261 §8.1.1.7. */
const MAGIC = 'z9hG4bK'
const RESPONSE = 'SIP/2.0 '
const LINE_FEED = 0x0a
const COLON = 0x3a
const SPACE = 0x20
const TAB = 0x09
/** Of a request line: method, URI, version. A message whose line is longer is served where it came. */
const LONGEST_LINE = 2048

export function createPeek(parts: PeekParts): Peek {
  return (octets) => {
    const start = afterEmptyLines(octets)
    return begins(octets, start, RESPONSE)
      ? ofResponse(octets, start, parts)
      : ofRequest(octets, start, parts)
  }
}

/** The worker that sent the request. */
function ofResponse(octets: Buffer, start: number, { workers }: PeekParts): number | undefined {
  const via = findField(octets, start, VIA)
  if (!via) return undefined
  const at = octets.indexOf(MAGIC, via.from, 'latin1')
  // The topmost value is ours: a later one stands behind a comma or in a later line.
  if (at < 0 || at >= via.to) return undefined
  const worker = octet(octets, at + MAGIC.length)
  return worker !== undefined && worker >= 1 && worker <= workers ? worker : undefined
}

function ofRequest(octets: Buffer, start: number, parts: PeekParts): number | undefined {
  const uri = requestUri(octets, start)
  const to = uri && findField(octets, uri.to, TO)
  if (!to) return undefined
  const tag = tagOf(octets, to)
  // Inside a dialog: it began with a request that told the bucket, or is the dialog of one worker.
  if (tag !== undefined) {
    const bucket = octet(octets, tag)
    return bucket === undefined ? undefined : homeOfBucket(bucket, parts.workers)
  }
  // REGISTER names its address in To. RFC 3261 §10.2.
  const isRegister = begins(octets, start, 'REGISTER ')
  return (
    (isRegister ? undefined : home(octets, uri, parts)) ?? home(octets, uriOf(octets, to), parts)
  )
}

interface Span {
  readonly from: number
  readonly to: number
}

function home(octets: Buffer, { from, to }: Span, parts: PeekParts): number | undefined {
  const bucket = bucketOf(octets, from, to)
  if (bucket === undefined) return undefined
  const { hostsOfFirst, workers } = parts
  if (hostsOfFirst.size > 0 && hostsOfFirst.has(hostOf(octets, from, to))) return 1
  return homeOfBucket(bucket, workers)
}

function requestUri(octets: Buffer, start: number): Span | undefined {
  const end = Math.min(octets.length, start + LONGEST_LINE)
  const from = indexOf(octets, SPACE, start, end) + 1
  if (from === 0) return undefined
  const to = indexOf(octets, SPACE, from, end)
  return to < 0 ? undefined : { from, to }
}

interface FieldName {
  readonly long: string
  readonly short: number
}

const VIA: FieldName = { long: 'via', short: 0x76 }
const TO: FieldName = { long: 'to', short: 0x74 }

/** The value of the first field of that name, with its continuations. Undefined: the head has none. */
function findField(octets: Buffer, start: number, name: FieldName): Span | undefined {
  for (let at = endOfLine(octets, start); at < octets.length; at = endOfLine(octets, at)) {
    const code = octets[at] ?? 0
    // An empty line ends the head.
    if (code === LINE_FEED || code === 0x0d) return undefined
    if (lower(code) !== name.short) continue
    const from = afterName(octets, at, name)
    if (from >= 0) return { from, to: endOfField(octets, from) }
  }
  return undefined
}

/** Where the value begins; -1: the field has another name. RFC 3261 §7.3.1, §7.3.3. */
function afterName(octets: Buffer, start: number, { long }: FieldName): number {
  let at = start + 1
  if (octets[at] !== COLON && !isWhite(octets[at])) {
    for (let letter = 1; letter < long.length; letter++, at++) {
      if (lower(octets[at] ?? 0) !== long.charCodeAt(letter)) return -1
    }
  }
  while (isWhite(octets[at])) at++
  return octets[at] === COLON ? at + 1 : -1
}

/** The URI of a To: in angle brackets, or all that stands before a parameter. RFC 3261 §20.10, §20.39. */
function uriOf(octets: Buffer, { from, to }: Span): Span {
  const bracket = lastIndexOf(octets, OPENING, from, to)
  if (bracket >= 0) {
    const end = indexOf(octets, CLOSING, bracket, to)
    return { from: bracket + 1, to: end < 0 ? to : end }
  }
  let begin = from
  while (isBlank(octets[begin])) begin++
  let end = begin
  while (end < to && octets[end] !== SEMICOLON && (octets[end] ?? 0) > SPACE) end++
  return { from: begin, to: end }
}

const OPENING = 0x3c
const CLOSING = 0x3e
const SEMICOLON = 0x3b
const TAG = 'tag'

/** Where the value of its tag begins. */
function tagOf(octets: Buffer, { from, to }: Span): number | undefined {
  const closing = lastIndexOf(octets, CLOSING, from, to)
  for (let at = closing < 0 ? from : closing; at < to; at++) {
    if (octets[at] !== SEMICOLON) continue
    let name = at + 1
    while (isBlank(octets[name])) name++
    if (!beginsAnyCase(octets, name, TAG)) continue
    let value = name + TAG.length
    while (isBlank(octets[value])) value++
    if (octets[value] !== EQUALS) continue
    value++
    while (isBlank(octets[value])) value++
    return value
  }
  return undefined
}

const EQUALS = 0x3d

/** From two hexadecimal digits. */
function octet(octets: Buffer, at: number): number | undefined {
  const high = hexDigit(octets[at] ?? 0)
  const low = hexDigit(octets[at + 1] ?? 0)
  return high < 0 || low < 0 ? undefined : (high << 4) | low
}

/** Empty lines before a message are keep-alives. RFC 3261 §7.5. */
function afterEmptyLines(octets: Buffer): number {
  let at = 0
  while (octets[at] === 0x0d || octets[at] === LINE_FEED) at++
  return at
}

function begins(octets: Buffer, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (octets[start + at] !== text.charCodeAt(at)) return false
  }
  return true
}

function beginsAnyCase(octets: Buffer, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (lower(octets[start + at] ?? 0) !== text.charCodeAt(at)) return false
  }
  return true
}

/** RFC 3261 §7.3.1: a line that begins with white space belongs to the one before. */
function endOfField(octets: Buffer, from: number): number {
  let end = endOfLine(octets, from)
  while (end < octets.length && isWhite(octets[end])) end = endOfLine(octets, end)
  return end
}

/** Where the next line begins. */
function endOfLine(octets: Buffer, from: number): number {
  const end = octets.indexOf(LINE_FEED, from)
  return end < 0 ? octets.length : end + 1
}

function indexOf(octets: Buffer, wanted: number, from: number, to: number): number {
  for (let at = from; at < to; at++) if (octets[at] === wanted) return at
  return -1
}

function lastIndexOf(octets: Buffer, wanted: number, from: number, to: number): number {
  for (let at = to - 1; at >= from; at--) if (octets[at] === wanted) return at
  return -1
}

function isWhite(code: number | undefined): boolean {
  return code === SPACE || code === TAB
}

/** White space of a folded field. */
function isBlank(code: number | undefined): boolean {
  return isWhite(code) || code === 0x0d || code === LINE_FEED
}
