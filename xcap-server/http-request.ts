/** A request as the handlers see it, taken from node's and checked as a message. RFC 9112 §3. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { BadRequest, UriTooLong } from './http-errors.ts'

export interface HttpRequest {
  readonly method: string
  /** The request target as sent, which is what a digest response is computed over. */
  readonly target: string
  /** Of the target, undecoded. */
  readonly path: string
  /** Path and query, undecoded. */
  readonly reference: string
  readonly headers: IncomingHttpHeaders
  /** Address of the other end of the connection: the client, or a proxy before it. */
  readonly peer: string
  /** Whether the connection itself is encrypted. */
  readonly tls: boolean
  readonly message: IncomingMessage
}

// Node refuses what exceeds its own limit on the whole head; this one gives the right answer before. RFC 9110 §4.1
const LONGEST_TARGET = 8192
const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[0-9a-f:.]+\])?(?::\d*)?$/i
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i

/** Throws `BadRequest` and `UriTooLong`. */
export function readHttpRequest(message: IncomingMessage): HttpRequest {
  // Express rewrites url while it looks for a route.
  const { originalUrl } = message as { originalUrl?: string }
  const target = originalUrl ?? message.url ?? ''
  const path = target.startsWith('/') ? target : target.replace(ABSOLUTE_FORM, '')
  const query = path.indexOf('?')
  const encrypted = (message.socket as { encrypted?: boolean }).encrypted
  const request = {
    method: message.method ?? '',
    target,
    path: query < 0 ? path : path.slice(0, query),
    reference: path,
    headers: message.headers,
    peer: message.socket.remoteAddress ?? '',
    tls: encrypted === true,
    message,
  }
  checkHost(message)
  if (target.length > LONGEST_TARGET) {
    throw new UriTooLong({ phrase: `The address may have at most ${LONGEST_TARGET} characters.` })
  }
  return request
}

function checkHost({ rawHeaders }: IncomingMessage): void {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length !== 4 || name.toLowerCase() !== 'host') continue
    hosts++
    // More than one Host, or one that is none, must be refused. RFC 9112 §3.2
    if (hosts > 1 || !HOST.test(rawHeaders[at + 1] ?? '')) {
      throw new BadRequest({ phrase: 'The Host header field is wrong.' })
    }
  }
}
