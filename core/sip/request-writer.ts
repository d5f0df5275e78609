/** Writes requests: start line, Via on top, the caller's fields, Content-Length. RFC 3261 §8.1.1, §18.1.1. */
import { latin1Only } from './octet-text.ts'
import type { SendingFlow } from './flow.ts'
import type { OutgoingRequest } from './sip-endpoint.ts'

/** The head of the request, up to and with the empty line; octets, one character each. */
export function requestHead(
  { method, requestUri, headers, body }: OutgoingRequest,
  flow: SendingFlow,
  branch: string,
): string {
  // rport over UDP: the response comes back through the same hole in a NAT. RFC 3581 §3.
  const rport = flow.transport === 'UDP' ? ';rport' : ''
  return latin1Only(
    `${method} ${requestUri} SIP/2.0\r\n` +
      `Via: SIP/2.0/${flow.transport} ${flow.sentBy}${rport};branch=${branch}\r\n` +
      `${headers}Content-Length: ${body?.length ?? 0}\r\n\r\n`,
  )
}
