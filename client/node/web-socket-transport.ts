/** SIP over WebSocket on Node, whose own has come only with version 22 and takes no certificates. RFC 7118. */
import { WebSocket } from 'ws'
import { systemClock } from '../client-clock.ts'
import type { SipTransport } from '../sip-transport.ts'
import { createWebSocketTransport, SIP_SUBPROTOCOL } from '../web-socket-transport.ts'
import { connectFailure } from './connect-failure.ts'
import { bracketed, sipServerText, type SipServer } from './sip-server.ts'

/** Where Visage and most proxies take WebSockets. */
const PATH = '/ws'
const LARGEST_MESSAGE = 1024 * 1024

export function createNodeWebSocketTransport(server: SipServer): SipTransport {
  const { transport, host, port, ca } = server
  const name = sipServerText(server)
  return createWebSocketTransport({
    name,
    protocol: transport === 'wss' ? 'WSS' : 'WS',
    connect: () =>
      new WebSocket(`${transport}://${bracketed(host)}:${port}${PATH}`, SIP_SUBPROTOCOL, {
        maxPayload: LARGEST_MESSAGE,
        perMessageDeflate: false,
        ...(ca && { ca }),
      }),
    failureOf: (event) => connectFailure(name, 'error' in event ? event.error : 'it hangs up'),
    clock: systemClock,
  })
}
