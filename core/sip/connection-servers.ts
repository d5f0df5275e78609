/** What accepts connections: TCP, TLS, WebSocket, and WebSocket over TLS. RFC 3261 §18, §26.2.1; RFC 7118. */
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server as HttpServer,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { follow, serverOptions, type ServerCertificates } from './certificates.ts'
import { plainAddress } from './connection.ts'
import type { ConnectionAdmission } from './connection-admission.ts'
import type { Connections } from './connections.ts'
import type { SipLimits } from './limits.ts'
import type { ListenerOptions } from './listener.ts'
import { createPendingHandshakes } from './pending-handshakes.ts'
import { StreamConnection } from './stream-connection.ts'
import type { TransportName } from './transport.ts'
import type { Upgrade } from './web-socket-upgrade.ts'

export interface ServerParts {
  readonly options: ListenerOptions
  readonly limits: SipLimits
  readonly admission: ConnectionAdmission
  readonly connections: Connections
  readonly upgrade: Upgrade
  readonly sentBy: (local: string | undefined) => string
}

interface ConnectionServer {
  readonly server: Server
  /** Ends the connections that are no flows yet. */
  readonly cut: () => void
}

type CreateServer = (parts: ServerParts) => ConnectionServer

export const connectionServers: Readonly<Record<Exclude<TransportName, 'UDP'>, CreateServer>> = {
  TCP: (parts) =>
    admitting(parts, (socket) => {
      adopt(socket, 'TCP', parts)
    }),
  TLS: tlsServer,
  WS: (parts) => upgrading(createHttpServer(httpBounds(parts), onlyWebSockets), parts),
  WSS(parts) {
    const certificates = certificatesOf(parts)
    const options = { ...httpBounds(parts), ...serverOptions(certificates) }
    const server = createHttpsServer(options, onlyWebSockets)
    follow(server, certificates)
    return upgrading(server, parts)
  },
}

/** Admission comes first: a handshake costs more than all that follows it. */
function tlsServer(parts: ServerParts): ConnectionServer {
  const certificates = certificatesOf(parts)
  const handshakes = createTlsServer({
    ...serverOptions(certificates),
    handshakeTimeout: parts.limits.handshakeTime,
  })
  follow(handshakes, certificates)
  handshakes.on('secureConnection', (socket) => {
    adopt(socket, 'TLS', parts)
  })
  // A handshake that fails is the peer's own affair.
  handshakes.on('tlsClientError', (_error, socket) => {
    socket.destroy()
  })
  return admitting(parts, (socket) => {
    handshakes.emit('connection', socket)
  })
}

function admitting({ admission }: ServerParts, welcome: (socket: Socket) => void) {
  // A peer that has said its last still hears our answers.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    if (admission.admit(socket, plainAddress(socket.remoteAddress))) welcome(socket)
    else socket.destroy()
  })
  return { server, cut: () => undefined }
}

function adopt(socket: Socket, transport: 'TCP' | 'TLS', parts: ServerParts): void {
  const { connections, limits } = parts
  const sentBy = parts.sentBy(socket.localAddress)
  const create = (number: number) =>
    new StreamConnection({ number, transport, socket, sentBy, limits, events: connections })
  connections.add(create, true)
}

/** Who asks for a WebSocket is admitted by its upgrade, since a proxy may speak for many; until then its own address counts. */
function upgrading(server: HttpServer, { upgrade, sentBy, limits }: ServerParts): ConnectionServer {
  const pending = createPendingHandshakes(limits.connectionsPerAddress)
  server.on('connection', (socket: Socket) => {
    if (!pending.begin(socket)) socket.destroy()
  })
  server.on('upgrade', (request, socket, head) => {
    pending.end(request.socket)
    upgrade(request, socket, head, sentBy(request.socket.localAddress))
  })
  return {
    server,
    cut: () => {
      server.closeAllConnections()
    },
  }
}

function httpBounds({ limits: { handshakeTime } }: ServerParts) {
  return {
    headersTimeout: handshakeTime,
    requestTimeout: handshakeTime,
    handshakeTimeout: handshakeTime,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: 16 * 1024,
  }
}

/** RFC 9110 §15.5.22. */
const onlyWebSockets: RequestListener = (_request, response) => {
  response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end()
}

function certificatesOf({ options }: ServerParts): ServerCertificates {
  if (options.tls) return options.tls
  throw new Error(`a listener for ${options.transport} needs a certificate`)
}
