/** The first line of a message: a request line or a status line. RFC 3261 §7.1, §7.2. */

export interface StartLine {
  readonly isRequest: boolean
  readonly method: string
  readonly requestUri: string
  readonly status: number
  readonly reason: string
  /** What is wrong with it; the message can still be answered where its fields are sound. */
  readonly problem?: { readonly status: number; readonly reason: string }
}

const REQUEST_LINE = /^([\w!%*+'`~.-]+) ([^ \t<>"]+) (SIP\/2\.0)$/i
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/is
const VERSION_AT_END = /[ \t](SIP\/\d+\.\d+)[ \t]*$/i

/** Undefined when the line belongs to no SIP message at all, or to a response that must be dropped. */
export function parseStartLine(line: string): StartLine | undefined {
  return plainRequestLine(line) ?? plainStatusLine(line) ?? anyStartLine(line)
}

const VERSION_BEHIND = ' SIP/2.0'
const VERSION_BEFORE = 'SIP/2.0 '
const SPACE = 0x20

/** `METHOD uri SIP/2.0`, the method in capitals. Undefined: look closer. */
function plainRequestLine(line: string): StartLine | undefined {
  if (!line.endsWith(VERSION_BEHIND)) return undefined
  const method = line.indexOf(' ')
  const end = line.length - VERSION_BEHIND.length
  if (method < 1 || end <= method + 1) return undefined
  for (let at = 0; at < method; at++) {
    const code = line.charCodeAt(at)
    if (code < 0x41 || code > 0x5a) return undefined
  }
  for (let at = method + 1; at < end; at++) if (!isPlain(line.charCodeAt(at))) return undefined
  return {
    isRequest: true,
    method: line.slice(0, method),
    requestUri: line.slice(method + 1, end),
    status: 0,
    reason: '',
  }
}

/** Neither white space nor a control character, nor `<`, `>`, `"`. */
function isPlain(code: number): boolean {
  return code > SPACE && code < 0x7f && code !== 0x22 && code !== 0x3c && code !== 0x3e
}

/** `SIP/2.0 200 OK`. Undefined: look closer. */
function plainStatusLine(line: string): StartLine | undefined {
  if (!line.startsWith(VERSION_BEFORE) || line.charCodeAt(11) !== SPACE) return undefined
  const status = digit(line, 8) * 100 + digit(line, 9) * 10 + digit(line, 10)
  if (!(status >= 100 && status < 700)) return undefined
  return { isRequest: false, method: '', requestUri: '', status, reason: line.slice(12) }
}

/** NaN where there is none. */
function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 0x30
  return value >= 0 && value <= 9 ? value : NaN
}

function anyStartLine(line: string): StartLine | undefined {
  // No method begins like a version: a method is a token, without a slash.
  const response = STATUS_LINE.exec(line)
  if (response) {
    const [, status, reason = ''] = response
    return { isRequest: false, method: '', requestUri: '', status: Number(status), reason }
  }
  const request = REQUEST_LINE.exec(line)
  if (!request) return malformedRequestLine(line)
  const [, method = '', requestUri = ''] = request
  return { isRequest: true, method, requestUri, status: 0, reason: '' }
}

function malformedRequestLine(line: string): StartLine | undefined {
  const method = /^[\w!%*+'`~.-]+(?=[ \t])/.exec(line)?.[0]
  const version = VERSION_AT_END.exec(line)?.[1]
  if (method === undefined || version === undefined) return undefined
  const problem =
    version.toUpperCase() === 'SIP/2.0'
      ? { status: 400, reason: 'Malformed Request Line' }
      : // Another version of the protocol. RFC 3261 §21.5.6.
        { status: 505, reason: 'Version Not Supported' }
  return { isRequest: true, method, requestUri: '', status: 0, reason: '', problem }
}
