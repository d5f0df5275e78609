/** SIP over TCP: one listener and its connections. RFC 3261 §18. */
import { createServer, isIPv6, type AddressInfo, type Server } from 'node:net'
import type { Receive, SendingFlow } from './flow.ts'
import type { SipLimits } from './limits.ts'
import {
  advertisedAddress,
  listenError,
  withoutBrackets,
  type ListenerAddress,
  type ListenerOptions,
} from './listener.ts'
import type { Clock, Log } from './surroundings.ts'
import { TcpConnections } from './tcp-connections.ts'

export interface TcpTransport {
  readonly options: ListenerOptions
  readonly bound: ListenerAddress
  readonly connections: Pick<TcpConnections, 'find' | 'connect'>
  stop(): Promise<void>
}

interface TcpParts {
  readonly options: ListenerOptions
  readonly limits: SipLimits
  readonly clock: Clock
  readonly log: Log
  readonly receive: Receive
  readonly onFlowClosed: (flow: SendingFlow) => void
}

export async function openTcpTransport(parts: TcpParts): Promise<TcpTransport> {
  const { options, log } = parts
  // A peer that has said its last still hears our answers.
  const server = createServer({ allowHalfOpen: true })
  await listen(server, options)
  const bound: ListenerAddress = {
    transport: 'TCP',
    address: withoutBrackets(options.address),
    port: (server.address() as AddressInfo).port,
  }
  const sentBy = (local: string | undefined) => advertisedAddress(options, bound, local)
  const connections = new TcpConnections({ ...parts, sentBy })
  server.on('connection', (socket) => {
    connections.accept(socket)
  })
  server.on('error', (error) => {
    log.warn({ error: error.message }, 'TCP listener')
  })
  return { options, bound, connections, stop: () => stop(server, connections) }
}

async function listen(server: Server, options: ListenerOptions): Promise<void> {
  const host = withoutBrackets(options.address)
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      reject(listenError(options, error))
    }
    server.once('error', fail)
    server.listen({ host, port: options.port, ipv6Only: isIPv6(host), exclusive: true }, () => {
      server.off('error', fail)
      resolve()
    })
  })
}

async function stop(server: Server, connections: TcpConnections): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
    connections.stop()
  })
}
