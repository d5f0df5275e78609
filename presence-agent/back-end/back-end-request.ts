/** Writes the SUBSCRIBE of a back-end subscription, and says where it goes. RFC 6665 §4.1.2, RFC 3261 §12.2.1.1, RFC 3325 §5. */
import { nextHop, prepareHead, uriDestination } from '../../core/sip/dialog.ts'
import type { Destination, OutgoingRequest, SipEndpoint } from '../../core/sip/sip-endpoint.ts'
import { isEstablished } from '../../core/sip/subscriber-dialog.ts'
import type { Attempt, BackEnd } from './back-end.ts'
import type { BackEndCredentials } from './back-end-credentials.ts'
import { contactUri } from '../notify/notify-route.ts'

interface RequestParts {
  readonly sip: SipEndpoint
  readonly proxy: Destination
  readonly credentials: BackEndCredentials | undefined
}

/** The next one in its dialog, or the one that is to open it. */
export function subscribeRequest(
  { wanted, attempt }: BackEnd,
  { sip, proxy, credentials }: RequestParts,
): OutgoingRequest {
  const { dialog, authorization, duration, cseq } = attempt
  const { requestUri, headers: prepared } = prepareHead(dialog, `Event: ${wanted.event}\r\n`)
  const { watcher } = wanted
  const headers =
    `CSeq: ${cseq} SUBSCRIBE\r\n` +
    `Contact: <${ownContact(sip, attempt, proxy)}>\r\n` +
    `Accept: ${wanted.accept.join(', ')}\r\n` +
    `Expires: ${duration}\r\n` +
    // The proxy trusts us as we trust it: it learns for whom we ask. RFC 3325 §5
    (watcher === undefined ? '' : `P-Asserted-Identity: <${watcher}>\r\n`) +
    (authorization ?? credentials?.line('SUBSCRIBE', requestUri) ?? '')
  const destination = isEstablished(dialog) ? inDialog(attempt, proxy) : proxy
  return { method: 'SUBSCRIBE', requestUri, destination, prepared, headers }
}

function ownContact(sip: SipEndpoint, { flow }: Attempt, { transport, host, port }: Destination) {
  // The proxy's address tells by which listener it is reached, where it is an address at all.
  const anywhere = { localAddress: host.includes(':') ? '::' : '0.0.0.0', localPort: 0 }
  const way = { transport, remoteAddress: host, remotePort: port, ...anywhere }
  return contactUri(sip, flow ?? sip.findFlow(way) ?? way)
}

/**
 * DEVIATION: RFC 3261 §12.2.1.1 follows any route set and Contact. Whoever answers for an address outside could aim our
 * requests at anybody, so they lead only to the proxy or to where the NOTIFY came from; else the proxy sees to it.
 */
function inDialog({ dialog, flow }: Attempt, proxy: Destination): Destination {
  const hop = dialog.routeSet.length > 0 ? nextHop(dialog) : uriDestination(dialog.remoteTarget)
  const isKnown = hop && (hop.host === proxy.host || hop.host === flow?.remoteAddress)
  return isKnown ? hop : proxy
}
