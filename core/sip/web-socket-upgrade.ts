/** From an HTTP request to a WebSocket that speaks SIP, or to the refusal that says why not. RFC 7118 §4.1; RFC 6455 §4.2. */
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { plainAddress } from './connection.ts'
import type { ConnectionAdmission } from './connection-admission.ts'
import type { Connections } from './connections.ts'
import type { SipLimits } from './limits.ts'
import { isOriginAllowed } from './web-socket-origin.ts'
import { WebSocketConnection } from './web-socket-connection.ts'

/** Who asks for a WebSocket, where a proxy may stand between. */
export interface WebSocketClient {
  readonly address: string
  /** It speaks TLS, with us or with the proxy. */
  readonly secure: boolean
}

export interface WebSocketOptions {
  /** Origins whose pages may connect besides those of the host itself; `*`: all. */
  readonly origins: readonly string[]
  /** Undefined in its place: whoever is at the other end of the socket. */
  readonly clientOf?: (request: IncomingMessage) => WebSocketClient
}

/** For a request with `Upgrade`; the socket is this function's from then on. `sentBy`: what Via calls this end of it. */
export type Upgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  sentBy?: string,
) => void

interface UpgradeParts extends WebSocketOptions {
  readonly connections: Connections
  readonly admission: ConnectionAdmission
  readonly limits: SipLimits
}

const SUBPROTOCOL = 'sip'

export function createUpgrade(parts: UpgradeParts): Upgrade {
  const { admission, limits, origins, clientOf = peerOf } = parts
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.headBytes + limits.bodyBytes,
    handleProtocols: () => SUBPROTOCOL,
  })
  return (request, socket, head, sentBy) => {
    socket.on('error', () => socket.destroy())
    const client = clientOf(request)
    const { origin, host } = request.headers
    if (!offersSip(request)) refuse(socket, 400, 'Sec-WebSocket-Protocol must offer sip')
    else if (!isOriginAllowed({ origin, host }, origins)) refuse(socket, 403, 'Origin not allowed')
    else if (!admission.admit(socket, client.address)) refuse(socket, 503, 'Too many connections')
    else {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        open(parts, { webSocket, socket: request.socket, client, sentBy })
      })
    }
  }
}

interface Opened {
  readonly webSocket: WebSocket
  readonly socket: Socket
  readonly client: WebSocketClient
  readonly sentBy: string | undefined
}

function open({ connections, limits }: UpgradeParts, { client, ...opened }: Opened): void {
  const transport = client.secure ? 'WSS' : 'WS'
  const remoteAddress = client.address
  const create = (number: number) =>
    new WebSocketConnection({
      ...{ ...opened, number, transport, remoteAddress, limits },
      events: connections,
    })
  connections.add(create, true)
}

/** Without `sip` there is no SIP. RFC 7118 §4.1. */
function offersSip({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL)
}

function peerOf({ socket }: IncomingMessage): WebSocketClient {
  return { address: plainAddress(socket.remoteAddress), secure: 'encrypted' in socket }
}

export function refuse(socket: Duplex, status: number, text: string): void {
  if (!socket.writable) return
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n` +
      `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}
