/** SIP over the WebSocket of browsers, which Node has too from version 22 on. RFC 7118. */
import { systemClock, type ClientClock } from '../client-clock.ts'
import type { SipTransportFactory } from '../sip-transport.ts'
import {
  createWebSocketTransport,
  SIP_SUBPROTOCOL,
  type SipWebSocket,
} from '../web-socket-transport.ts'

/** @param url absolute, as `wss://example.com/ws`; browsers say of a failure only that there was one */
export function webSocketTransportTo(
  url: string,
  {
    WebSocket = globalThis.WebSocket,
    clock = systemClock,
  }: {
    readonly WebSocket?: new (url: string, subprotocol: string) => SipWebSocket
    readonly clock?: ClientClock
  } = {},
): SipTransportFactory {
  return () =>
    createWebSocketTransport({
      name: url,
      protocol: /^wss:/i.test(url) ? 'WSS' : 'WS',
      connect: () => new WebSocket(url, SIP_SUBPROTOCOL),
      failureOf: () => `${url} cannot be reached`,
      clock,
    })
}
