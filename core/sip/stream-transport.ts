/** A listener for connections, of whatever transport they are. RFC 3261 §18. */
import { isIPv6, type AddressInfo, type Server } from 'node:net'
import { connectionServers, type ServerParts } from './connection-servers.ts'
import {
  advertisedAddress,
  listenError,
  withoutBrackets,
  type ListenerAddress,
  type ListenerOptions,
} from './listener.ts'
import type { ListeningSocket } from './shared-sockets.ts'
import type { Log } from './surroundings.ts'

export interface StreamTransport {
  readonly options: ListenerOptions
  readonly bound: ListenerAddress
  readonly socket: Server
  /** What Via and Contact call this end of a connection whose own address is `local`. */
  sentBy(local: string | undefined): string
  /** Takes no more connections; those it took stay. */
  close(): void
  /** Resolves when they have ended. */
  stop(): Promise<void>
}

interface StreamParts extends Omit<ServerParts, 'sentBy'> {
  readonly log: Log
  /** Open already, in another process that shares it. */
  readonly passed?: ListeningSocket | undefined
}

/** Rejects when the address cannot be had. */
export async function openStreamTransport(parts: StreamParts): Promise<StreamTransport> {
  const { options, limits, log, passed } = parts
  const { transport } = options
  if (transport === 'UDP') throw new Error('UDP has no connections')
  const sentBy = (local: string | undefined) => advertisedAddress(options, bound, local)
  const { server, cut } = connectionServers[transport]({ ...parts, sentBy })
  server.maxConnections = limits.connections
  await listen(server, options, passed)
  const { port } = server.address() as AddressInfo
  const bound: ListenerAddress = { transport, address: withoutBrackets(options.address), port }
  server.on('error', (error) => {
    log.warn({ error: error.message }, `${transport} listener`)
  })
  let closed: Promise<void> | undefined
  const closeOnce = () => (closed ??= closing(server))
  const stop = () => {
    const ended = closeOnce()
    cut()
    return ended
  }
  const close = () => void closeOnce()
  return { options, bound, socket: server, sentBy, close, stop }
}

function closing(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
  })
}

async function listen(
  server: Server,
  options: ListenerOptions,
  passed: ListeningSocket | undefined,
): Promise<void> {
  const host = withoutBrackets(options.address)
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      reject(listenError(options, error))
    }
    server.once('error', fail)
    const own = { host, port: options.port, ipv6Only: isIPv6(host), exclusive: true }
    server.listen(passed ?? own, () => {
      server.off('error', fail)
      resolve()
    })
  })
}
