/** The transports to a SIP server, on Node. */
import type { SipTransportFactory } from '../sip-transport.ts'
import type { SipServer } from './sip-server.ts'
import { createTcpTransport } from './tcp-transport.ts'
import { createUdpTransport } from './udp-transport.ts'

export function sipTransportTo(server: SipServer): SipTransportFactory {
  const create = server.transport === 'tcp' ? createTcpTransport : createUdpTransport
  return () => create(server)
}
