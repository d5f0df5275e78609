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
