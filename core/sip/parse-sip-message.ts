/** From octets to a message, or to what is wrong with them and the status to answer. RFC 3261 §7, §18.3. */
import { indexFields } from './field-index.ts'
import { findRequestProblem, findResponseProblem, type RequestProblem } from './message-validity.ts'
import { SipMessage } from './sip-message.ts'
import { parseStartLine } from './start-line.ts'

export interface SipProblem {
  readonly problem: string
  /** What to answer; absent: drop it silently. */
  readonly status?: number
  /** The request to answer; present whenever `status` is. */
  readonly request?: SipMessage
}

export interface Framing {
  /** A stream must say where a body ends; a datagram ends by itself. RFC 3261 §18.3. */
  readonly stream: boolean
  /** A frame holds one message, neither less nor more. RFC 7118 §5. */
  readonly exact?: boolean
  /** The octets' memory is used again after the turn. */
  readonly passing?: boolean
}

/** `bytes` holds one message; over UDP what follows the body is ignored. Never throws. */
export function parseSipMessage(bytes: Buffer, framing: Framing): SipMessage | SipProblem {
  const start = skipLineEnds(bytes)
  const blank = bytes.indexOf('\r\n\r\n', start)
  const headEnd = blank < 0 ? bytes.length : blank + 2
  const head = bytes.toString('latin1', start, headEnd)
  const lineEnd = head.indexOf('\r\n')
  const startLine = lineEnd < 0 ? undefined : parseStartLine(head.slice(0, lineEnd))
  if (!startLine) return { problem: 'Not a SIP message' }
  const fields = indexFields(head, lineEnd + 2)
  const available = blank < 0 ? 0 : bytes.length - (blank + 4)
  const length = contentLength(fields.length, available, framing)
  const body = bodyOf(bytes, blank + 4, typeof length === 'number' ? length : available, framing)
  const message = new SipMessage(startLine, head, fields, body)
  const problem =
    startLine.problem ??
    asProblem(fields.problem) ??
    (blank < 0 ? missingEnd(framing.stream) : undefined) ??
    (typeof length === 'number' ? undefined : length)
  if (message.isRequest) {
    const found = problem ?? findRequestProblem(message)
    return found ? { problem: found.reason, status: found.status, request: message } : message
  }
  const responseProblem = problem?.reason ?? findResponseProblem(message)
  return responseProblem === undefined ? message : { problem: responseProblem }
}

const NO_BODY = Buffer.alloc(0)

function bodyOf(bytes: Buffer, start: number, length: number, { passing }: Framing): Buffer {
  if (length === 0) return NO_BODY
  const body = bytes.subarray(start, start + length)
  return passing ? Buffer.from(body) : body
}

function asProblem(reason: string | undefined): RequestProblem | undefined {
  return reason === undefined ? undefined : { status: 400, reason }
}

/** The framing of a stream lets a head go unfinished only when it is too long. */
function missingEnd(stream: boolean): RequestProblem {
  return stream
    ? { status: 513, reason: 'Message Too Large' }
    : { status: 400, reason: 'Missing End of Headers' }
}

/** Empty lines before a message are keep-alives. RFC 3261 §7.5. */
function skipLineEnds(bytes: Buffer): number {
  let at = 0
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  return at
}

/** Octets of the body, or what is wrong. */
function contentLength(
  value: string | undefined,
  available: number,
  { stream, exact }: Framing,
): number | RequestProblem {
  if (value === undefined) {
    return stream ? { status: 400, reason: 'Missing Content-Length' } : available
  }
  if (!/^\d{1,10}$/.test(value)) return { status: 400, reason: 'Bad Content-Length' }
  const length = Number(value)
  if (exact && length < available) return { status: 400, reason: 'More Than One Message' }
  if (length <= available) return length
  // The framing of a stream waits for the body unless it is too large.
  return stream
    ? { status: 413, reason: 'Request Entity Too Large' }
    : { status: 400, reason: 'Body Shorter Than Content-Length' }
}
