/** Writes requests: start line, Via on top, the caller's fields, Content-Length. RFC 3261 §8.1.1, §18.1.1. */
import type { SendingFlow } from './flow.ts'
import { latin1Only } from './octet-text.ts'
import type { OutgoingRequest } from './sip-endpoint.ts'

/** A request in the pieces that it is written from: octets, one character each, and the body. */
export interface RequestPieces {
  readonly start: string
  readonly prepared: string
  readonly rest: string
  readonly body: Uint8Array | undefined
  /** Of all of it, in octets. */
  readonly length: number
}

export function requestPieces(
  { method, requestUri, prepared, headers, body }: OutgoingRequest,
  flow: SendingFlow,
  branch: string,
): RequestPieces {
  // rport over UDP: the response comes back through the same hole in a NAT. RFC 3581 §3.
  const rport = flow.transport === 'UDP' ? ';rport' : ''
  const start =
    `${method} ${latin1Only(requestUri)} SIP/2.0\r\n` +
    `Via: SIP/2.0/${flow.transport} ${flow.sentBy}${rport};branch=${branch}\r\n`
  const size = body?.length ?? 0
  const rest = `${latin1Only(headers)}Content-Length: ${size}\r\n\r\n`
  const shared = prepared ?? ''
  const length = start.length + shared.length + rest.length + size
  return { start, prepared: shared, rest, body, length }
}

/** `bytes` is as long as the pieces are together. */
export function writeRequest(bytes: Buffer, { start, prepared, rest, body }: RequestPieces): void {
  let at = bytes.write(start, 0, 'latin1')
  at += bytes.write(prepared, at, 'latin1')
  at += bytes.write(rest, at, 'latin1')
  if (body) bytes.set(body, at)
}
