/** The transports to a SIP server, on Node. */
import type { SipTransport, SipTransportFactory } from '../sip-transport.ts'
import type { SipServer } from './sip-server.ts'
import { createStreamTransport } from './stream-transport.ts'
import { createUdpTransport } from './udp-transport.ts'
import { createNodeWebSocketTransport } from './web-socket-transport.ts'

const create: Readonly<Record<SipServer['transport'], (server: SipServer) => SipTransport>> = {
  udp: (server) => createUdpTransport(server),
  tcp: createStreamTransport,
  tls: createStreamTransport,
  ws: createNodeWebSocketTransport,
  wss: createNodeWebSocketTransport,
}

export function sipTransportTo(server: SipServer): SipTransportFactory {
  return () => create[server.transport](server)
}
