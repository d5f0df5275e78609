/** SIP over WebSocket on Node, whose own has come only with version 22 and takes no certificates. RFC 7118. */
import { WebSocket } from 'ws'
import { systemClock } from '../client-clock.ts'
import type { SipTransport, SipTransportFactory } from '../sip-transport.ts'
import { createWebSocketTransport, SIP_SUBPROTOCOL } from '../web-socket-transport.ts'
import { connectFailure } from './connect-failure.ts'
import { bracketed, sipServerText, type SipServer } from './sip-server.ts'

/** Where Visage and most proxies take WebSockets. */
const PATH = '/ws'
const LARGEST_MESSAGE = 1024 * 1024

/** @param url absolute, as `wss://example.com/ws`; `ca`: certificates in PEM that the server's may be signed by */
export function webSocketTransportTo(
  url: string,
  { ca }: { readonly ca?: Buffer } = {},
): SipTransportFactory {
  return () => createNodeWebSocket({ url, name: url, ca })
}

export function createNodeWebSocketTransport(server: SipServer): SipTransport {
  const { transport, host, port, ca } = server
  const url = `${transport}://${bracketed(host)}:${port}${PATH}`
  return createNodeWebSocket({ url, name: sipServerText(server), ca })
}

function createNodeWebSocket({
  url,
  name,
  ca,
}: {
  url: string
  /** As errors name the server. */
  name: string
  ca: Buffer | undefined
}): SipTransport {
  return createWebSocketTransport({
    name,
    protocol: /^wss:/i.test(url) ? 'WSS' : 'WS',
    connect: () =>
      new WebSocket(url, SIP_SUBPROTOCOL, {
        maxPayload: LARGEST_MESSAGE,
        perMessageDeflate: false,
        ...(ca && { ca }),
      }),
    failureOf: (event) => connectFailure(name, 'error' in event ? event.error : 'it hangs up'),
    clock: systemClock,
  })
}
