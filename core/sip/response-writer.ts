/** Writes responses: Via, From, To, Call-ID and CSeq as the request has them. RFC 3261 §8.2.6, §18.2.1; RFC 3581 §4. */
import { isIPv6 } from 'node:net'
import { latin1Only } from './octet-text.ts'
import type { Flow, OutgoingResponse } from './sip-endpoint.ts'
import type { SipMessage } from './sip-message.ts'
import { findSeparator } from './separators.ts'
import { statusPhrase } from './status-phrases.ts'
import { TRANSPORTS } from './transport.ts'

type Peer = Pick<Flow, 'transport' | 'remoteAddress' | 'remotePort'>

/** The head of the response, up to and with the empty line; octets, one character each. */
export function responseHead(
  request: SipMessage,
  flow: Peer,
  response: OutgoingResponse,
  toTag: string,
): string {
  const { status, reason = statusPhrase(status), headers = '', body } = response
  // What comes from the request is octets already.
  return (
    `SIP/2.0 ${status} ${latin1Only(reason)}\r\n` +
    viaLines(request, flow) +
    line('From', request.header('from')) +
    toLine(request, latin1Only(toTag)) +
    line('Call-ID', request.header('call-id')) +
    line('CSeq', request.header('cseq')) +
    `${latin1Only(headers)}Content-Length: ${body?.length ?? 0}\r\n\r\n`
  )
}

function line(name: string, value: string | undefined): string {
  return value === undefined ? '' : `${name}: ${value}\r\n`
}

function toLine(request: SipMessage, toTag: string): string {
  const to = request.header('to')
  if (to === undefined) return ''
  return request.toTag === '' ? `To: ${to};tag=${toTag}\r\n` : `To: ${to}\r\n`
}

function viaLines(request: SipMessage, flow: Peer): string {
  const [top = '', ...others] = request.headers('via')
  const first = `Via: ${markedVia(top, request, flow)}\r\n`
  return others.length === 0 ? first : first + others.map((via) => `Via: ${via}\r\n`).join('')
}

/** The topmost Via says where the request really came from. */
function markedVia(
  line: string,
  request: SipMessage,
  { transport, remoteAddress, remotePort }: Peer,
): string {
  // Down its WebSocket the answer finds the client anyway; the address of whatever stands between is nobody's. RFC 7118 §5.3.
  if (TRANSPORTS[transport].parameter === 'ws') return line
  const { host, rport, parameters } = request.topVia
  // Some other host: received. With rport: always. RFC 3261 §18.2.1, RFC 3581 §4.
  if (!rport && host === remoteAddress) return line
  const end = findSeparator(line, ',', 0)
  let top = line.slice(0, end)
  if (parameters.has('received')) top = top.replace(/;[ \t]*received[ \t]*=[ \t]*[^;,]*/gi, '')
  if (rport)
    top = top.replace(/;[ \t]*rport(?:[ \t]*=[ \t]*\d*)?(?=[ \t]*(?:;|$))/i, `;rport=${remotePort}`)
  return `${top};received=${remoteAddress}${line.slice(end)}`
}

/**
 * The port of the source address that a response over UDP goes to.
 * With rport, and for peers behind an address translator, the one the request came from; else the one that Via names.
 */
export function responsePort(
  request: SipMessage,
  flow: Pick<Flow, 'remoteAddress' | 'remotePort'>,
): number {
  const { host, port, rport } = request.topVia
  // DEVIATION: RFC 3261 §18.2.2 wants the port of Via here too; but clients behind NAT that know no rport (finch) would hear nothing.
  if (rport || !isSameAddress(host, flow.remoteAddress)) return flow.remotePort
  return port ?? 5060
}

function isSameAddress(host: string, address: string): boolean {
  return host === address || (isIPv6(address) && host.toLowerCase() === address.toLowerCase())
}
