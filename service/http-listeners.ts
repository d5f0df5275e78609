/** The sockets of the HTTP side: opened together or not at all, bounded against slow and many clients. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { follow, serverOptions, type ServerCertificates } from '../core/sip/certificates.ts'
import type { ListeningSocket, SharedSockets } from '../core/sip/shared-sockets.ts'
import { formatHostPort, type HostPort } from './host-port.ts'
import { listenProblem } from './listen-problem.ts'
import { serveUpgrades, type TakeUpgrade } from './upgrades.ts'

interface HttpListener {
  readonly address: HostPort
  readonly tls: ServerCertificates | undefined
}

export interface HttpListeners {
  /** Where they really listen, in the order in which they were asked for. */
  readonly addresses: readonly HostPort[]
  /** Takes no further connections; the answers to come are the last of theirs. */
  stopTaking(): void
  /** Requests that are not answered. */
  underWay(): number
  /** Takes no further connections, and cuts those whose requests are not answered within `milliseconds`. */
  close(milliseconds: number): Promise<void>
}

/** Milliseconds and bytes. */
const BOUNDS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  // Longer than what proxies keep a connection for, so that it is they who close it.
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
  // Node would wait two minutes.
  handshakeTimeout: 10_000,
}

type OnAnswered = (request: IncomingMessage, response: ServerResponse, seconds: number) => void

interface HttpListenersParts {
  readonly listeners: readonly HttpListener[]
  readonly handle: RequestListener
  /** Absent: no protocol is changed to. */
  readonly upgrade?: TakeUpgrade
  readonly maxConnections: number
  /** Milliseconds for the handshake of TLS; absent: the usual. */
  readonly handshakeTimeout?: number
  /** Milliseconds for the head of the first request on a connection, and of each further one; absent: the usual. */
  readonly headersTimeout?: number
  /** Hears of each request whose answer has left, or whose connection has ended; absent: nobody counts. */
  readonly onAnswered?: OnAnswered
  /** Shared with other processes; absent: all are this one's own. */
  readonly sockets?: SharedSockets | undefined
}

/** Rejects naming the address that cannot be had. */
export async function openHttpListeners({
  listeners,
  handle,
  upgrade,
  maxConnections,
  handshakeTimeout = BOUNDS.handshakeTimeout,
  headersTimeout = BOUNDS.headersTimeout,
  onAnswered,
  sockets,
}: HttpListenersParts): Promise<HttpListeners> {
  const servers: Server[] = []
  const requests = countRequests(handle, onAnswered)
  const { stopTaking, close } = createEnd(servers, requests)
  try {
    for (const [place, { address, tls }] of listeners.entries()) {
      const server = createOne(tls, { handshakeTimeout, headersTimeout }, requests.handle)
      if (upgrade) serveUpgrades(server, upgrade)
      server.maxConnections = maxConnections
      await listen(server, address, await sockets?.take(place))
      servers.push(server)
      sockets?.offer(place, server)
    }
  } catch (error) {
    await close(0)
    throw error
  }
  return {
    addresses: servers.map((server, index) => addressOf(server, listeners[index])),
    stopTaking,
    underWay: requests.underWay,
    close,
  }
}

function createEnd(servers: readonly Server[], requests: ReturnType<typeof countRequests>) {
  let closed: Promise<void>[] | undefined
  const stopTaking = () => {
    requests.areLast()
    closed ??= servers.map(closeServer)
    return closed
  }
  const close = async (milliseconds: number) => {
    const ended = stopTaking()
    await requests.answered(milliseconds)
    // Among them connections on which nothing was ever asked: Node does not count those as idle.
    for (const server of servers) server.closeAllConnections()
    await Promise.all(ended)
  }
  return { stopTaking, close }
}

function addressOf(server: Server, listener: HttpListener | undefined): HostPort {
  return { host: listener?.address.host ?? '', port: (server.address() as AddressInfo).port }
}

function createOne(
  tls: ServerCertificates | undefined,
  times: { readonly handshakeTimeout: number; readonly headersTimeout: number },
  handle: RequestListener,
): Server {
  const bounds = { ...BOUNDS, ...times, ...intervalFor(times.headersTimeout) }
  if (!tls) return createServer(bounds, handle)
  const server = createTlsServer({ ...bounds, ...serverOptions(tls) }, handle)
  follow(server, tls)
  return server
}

/** Looked at twice within the time that is measured. */
const intervalFor = (headersTimeout: number) => ({
  connectionsCheckingInterval: headersTimeout / 2,
})

/** Knows when the requests under way are answered. */
function countRequests(handle: RequestListener, hear?: OnAnswered) {
  const open = new Set<ServerResponse>()
  let areLast = false
  let onAnswered = () => {}
  return {
    handle: ((request, response) => {
      const began = performance.now()
      open.add(response)
      if (areLast) sayLast(response)
      response.once('close', () => {
        open.delete(response)
        hear?.(request, response, (performance.now() - began) / 1000)
        if (open.size === 0) onAnswered()
      })
      handle(request, response)
    }) satisfies RequestListener,
    underWay: () => open.size,
    areLast() {
      areLast = true
      for (const response of open) sayLast(response)
    },
    answered: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, open.size === 0 ? 0 : milliseconds)
        onAnswered = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }
}

/** The client is not to ask again on this connection. RFC 9112 §9.6. */
function sayLast(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}

/** `passed`: open already, in another process. */
function listen(
  server: Server,
  address: HostPort,
  passed: ListeningSocket | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(listenProblem(formatHostPort(address), error))
    }
    server.once('error', fail)
    server.listen(passed ?? address, () => {
      server.off('error', fail)
      resolve()
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeIdleConnections()
  })
}
