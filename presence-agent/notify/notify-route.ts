/** Where the NOTIFYs of a subscription go, and the Contact that they bear. RFC 3261 §12.2.1.1, RFC 5626 §5.3. */
import { nextHop, uriDestination, type Dialog } from '../../core/sip/dialog.ts'
import type { Destination, Flow, SipEndpoint } from '../../core/sip/sip-endpoint.ts'
import { isTransportName, TRANSPORTS } from '../../core/sip/transport.ts'
import type { Subscription } from '../resource.ts'

interface RouteParts {
  readonly sip: SipEndpoint
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
}

/** By the route set, opening a connection to the proxy; without one, down the watcher's newest flow. Undefined: it has ended. */
export function notifyDestination(
  subscription: Subscription,
  { sip, isTrustedPeer }: RouteParts,
): Flow | Destination | undefined {
  const hop = honouredHop(subscription, isTrustedPeer)
  const { flow } = subscription
  const open = 'alive' in flow && flow.alive ? flow : undefined
  if (hop) return open && isTo(hop, open) ? open : orTcp(hop)
  // RFC 5626 §5.3: whatever the Contact says, with `ob` and without.
  if (open) return open
  const found = sip.findFlow(flow)
  if (found) subscription.flow = found
  return found
}

/** The connection that the next hop opened to us, and reads as it would read one of ours. RFC 3261 §18. */
function isTo(hop: Destination, { transport, remoteAddress }: Flow): boolean {
  return (
    TRANSPORTS[transport].connected && transport === hop.transport && remoteAddress === hop.host
  )
}

/** Over 1300 bytes TCP comes first wherever the next hop has it. RFC 3261 §18.1.1. */
function orTcp(hop: Destination): Destination {
  return hop.transport === 'UDP' ? { ...hop, preferTcpWhenLarge: true } : hop
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
  // Most phones offer no TCP, and the question is asked for every NOTIFY.
  if (!OFFERS_TCP.test(dialog.remoteTarget)) return undefined
  const contact = uriDestination(dialog.remoteTarget)
  // Only where the SUBSCRIBE came from: a Contact may name anybody.
  const isThere = contact?.transport === 'TCP' && contact.host === flow.remoteAddress
  return isThere ? contact : undefined
}

const OFFERS_TCP = /;transport=tcp/i

/** This agent as the peer of that flow reaches it. RFC 3261 §8.1.1.8. */
export function contactUri(
  sip: Pick<SipEndpoint, 'contactAddress'>,
  flow: { transport: string; localAddress: string; localPort: number },
  dialog?: Dialog,
): string {
  const transport = isTransportName(flow.transport) ? flow.transport : 'UDP'
  const { secure, parameter } = TRANSPORTS[transport]
  const scheme = secure && dialog && isSips(dialog) ? 'sips' : 'sip'
  const address = sip.contactAddress({ ...flow, transport })
  const isImplied = transport === 'UDP' || (scheme === 'sips' && transport === 'TLS')
  return isImplied ? `${scheme}:${address}` : `${scheme}:${address};transport=${parameter}`
}

/** The peer was reached by sips, and wants every hop secured. RFC 3261 §12.1.1. */
function isSips({ routeSet, remoteTarget }: Dialog): boolean {
  return /^sips:/i.test(routeSet[0] ?? remoteTarget)
}
