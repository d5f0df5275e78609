/** A SIP message that was received: its header fields are found once and decoded on demand. RFC 3261 §7. */
import { isUtf8 } from 'node:buffer'
import { parseCSeq, type CSeq } from './cseq.ts'
import { FIELD_STRIDE, type FieldIndex } from './field-index.ts'
import { headerNumber, UNKNOWN_HEADER, type HeaderName } from './header-names.ts'
import { NameAddr, parseNameAddr } from './name-addr.ts'
import { findParameter } from './parameters.ts'
import { findSeparator, splitOutsideQuotes } from './separators.ts'
import type { StartLine } from './start-line.ts'
import { parseVia, Via } from './via.ts'
import { trimWhite } from './white-space.ts'

/** What stands for a field that is missing or malformed; parseSipMessage lets no such request through. */
const NO_CSEQ: CSeq = { number: -1, method: '' }
const NO_ADDRESS = new NameAddr(undefined, '', '')
const NO_VIA = new Via('', '', undefined, '')

/**
 * Valid for as long as it is held. Text is octets, one character each (`utf8Text` reads it), and is cut out of the
 * head: whoever keeps a field longer than the message keeps the whole head alive, unless it passes `detachedText`.
 */
export class SipMessage {
  readonly isRequest: boolean
  /** Empty in a response: its method stands in `cseq`. */
  readonly method: string
  readonly requestUri: string
  /** 0 in a request. */
  readonly status: number
  readonly reason: string
  /** The octets after the head, as many as Content-Length says. */
  readonly body: Buffer
  /** Start line and field lines, each with its CRLF. */
  readonly head: string
  readonly #fields: FieldIndex
  #cseq: CSeq | undefined
  #topVia: Via | undefined
  #from: NameAddr | undefined
  #to: NameAddr | undefined
  #fromTag: string | undefined
  #toTag: string | undefined

  constructor(startLine: StartLine, head: string, fields: FieldIndex, body: Buffer) {
    this.isRequest = startLine.isRequest
    this.method = startLine.method
    this.requestUri = startLine.requestUri
    this.status = startLine.status
    this.reason = startLine.reason
    this.body = body
    this.head = head
    this.#fields = fields
  }

  /** The value of the first field line of that name, unfolded and trimmed. */
  header(name: HeaderName): string | undefined {
    const at = this.#find(name, 0)
    return at < 0 ? undefined : this.#value(at)
  }

  /** The value of every field line of that name, in order. */
  headers(name: HeaderName): string[] {
    const values: string[] = []
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + FIELD_STRIDE)) {
      values.push(this.#value(at))
    }
    return values
  }

  /** Every value of a list field, over all its lines; quotes and angle brackets are respected. RFC 3261 §7.3.1. */
  values(name: HeaderName): string[] {
    const lines = this.headers(name)
    const [only] = lines
    // Nearly always there is one.
    if (only !== undefined && lines.length === 1) return splitOutsideQuotes(only, ',')
    return lines.flatMap((line) => splitOutsideQuotes(line, ','))
  }

  has(name: HeaderName): boolean {
    return this.#find(name, 0) >= 0
  }

  /** How many field lines bear that name. */
  count(name: HeaderName): number {
    let count = 0
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + FIELD_STRIDE)) count++
    return count
  }

  /** Whether all of these fields are there; a bit for each, by `fieldBits`. */
  hasAll(bits: number): boolean {
    return (this.#fields.present & bits) === bits
  }

  /** Whether one of these fields is there more than once. */
  repeats(bits: number): boolean {
    return (this.#fields.repeated & bits) !== 0
  }

  get callId(): string {
    return this.header('call-id') ?? ''
  }

  get cseq(): CSeq {
    return (this.#cseq ??= parseCSeq(this.header('cseq') ?? '') ?? NO_CSEQ)
  }

  get from(): NameAddr {
    return (this.#from ??= parseNameAddr(this.header('from') ?? '') ?? NO_ADDRESS)
  }

  get to(): NameAddr {
    return (this.#to ??= parseNameAddr(this.header('to') ?? '') ?? NO_ADDRESS)
  }

  /** Empty where the peer sends none. RFC 2543 allows that. */
  get fromTag(): string {
    return (this.#fromTag ??= findParameter(this.header('from') ?? '', 'tag') ?? '')
  }

  /** Empty outside a dialog. */
  get toTag(): string {
    return (this.#toTag ??= findParameter(this.header('to') ?? '', 'tag') ?? '')
  }

  get topVia(): Via {
    return (this.#topVia ??= parseVia(this.#firstVia()) ?? NO_VIA)
  }

  /** Undefined when the octets are not UTF-8. */
  bodyText(): string | undefined {
    return isUtf8(this.body) ? this.body.toString('utf8') : undefined
  }

  #firstVia(): string {
    const line = this.header('via') ?? ''
    return line.includes(',') ? line.slice(0, findSeparator(line, ',', 0)) : line
  }

  #find(name: HeaderName, from: number): number {
    const number = headerNumber(name)
    const fields = this.#fields.lines
    for (let at = from; at < fields.length; at += FIELD_STRIDE) {
      if (fields[at] === number && (number !== UNKNOWN_HEADER || this.#isNamed(at, name))) return at
    }
    return -1
  }

  #isNamed(at: number, name: string): boolean {
    const start = this.#fields.lines[at + 1] ?? 0
    const colon = this.head.indexOf(':', start)
    return trimWhite(this.head.slice(start, colon)).toLowerCase() === name.toLowerCase()
  }

  #value(at: number): string {
    const { lines } = this.#fields
    const value = trimWhite(this.head.slice(lines[at + 2], lines[at + 3]))
    // Folding: a line end followed by white space stands for one space. RFC 3261 §7.3.1.
    return value.includes('\r') ? value.replace(/\r\n[ \t]+/g, ' ') : value
  }
}
