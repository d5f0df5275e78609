/** Where the NOTIFYs of a subscription go, and the Contact that they bear. RFC 3261 §12.2.1.1, RFC 5626 §5.3. */
import { nextHop, uriDestination } from '../core/sip/dialog.ts'
import type { Destination, Flow, SipEndpoint } from '../core/sip/sip-endpoint.ts'
import type { Subscription } from './resource.ts'

interface RouteParts {
  readonly sip: SipEndpoint
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
}

/** By the route set, opening a connection to the proxy; without one, down the watcher's own flow. Undefined: it has ended. */
export function notifyDestination(
  subscription: Subscription,
  { sip, isTrustedPeer }: RouteParts,
): Flow | Destination | undefined {
  const hop = honouredHop(subscription, isTrustedPeer)
  // Over 1300 bytes TCP comes first wherever the next hop has it. RFC 3261 §18.1.1.
  if (hop) return hop.transport === 'UDP' ? { ...hop, preferTcpWhenLarge: true } : hop
  const { flow } = subscription
  if ('alive' in flow && flow.alive) return flow
  const found = sip.findFlow(flow)
  if (found) subscription.flow = found
  return found
}

/** Undefined: there is no route set, or it leads where its sender may not send us. */
function honouredHop(
  { dialog, flow }: Subscription,
  isTrustedPeer: RouteParts['isTrustedPeer'],
): Destination | undefined {
  const hop = nextHop(dialog)
  // DEVIATION: RFC 3261 §12.2.1.1 follows any route set. A watcher who writes a Record-Route of its own could aim our
  // NOTIFYs at anybody, so one that no trusted peer brought counts only where it names the address it came from.
  const follows = hop && (hop.host === flow.remoteAddress || isTrustedPeer(flow.remoteAddress))
  return follows ? hop : undefined
}

/** The connection for a NOTIFY that is too large for UDP, where the watcher offers one. RFC 3261 §18.1.1. */
export function largeNotifyDestination({
  dialog,
  flow,
  connection,
}: Subscription): Flow | Destination | undefined {
  // By a route set the next hop says what it takes.
  if (flow.transport !== 'UDP' || dialog.routeSet.length > 0) return undefined
  if (connection?.alive) return connection
  const contact = uriDestination(dialog.remoteTarget)
  // Only where the SUBSCRIBE came from: a Contact may name anybody.
  const isThere = contact?.transport === 'TCP' && contact.host === flow.remoteAddress
  return isThere ? contact : undefined
}

/** This agent as the peer of that flow reaches it. RFC 3261 §8.1.1.8. */
export function contactUri(
  sip: SipEndpoint,
  flow: { transport: string; localAddress: string; localPort: number },
): string {
  const transport = flow.transport === 'TCP' ? 'TCP' : 'UDP'
  const address = sip.contactAddress({ ...flow, transport })
  return transport === 'TCP' ? `sip:${address};transport=tcp` : `sip:${address}`
}
