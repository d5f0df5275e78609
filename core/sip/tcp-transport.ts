/** SIP over TCP: connections accepted, found and opened, within bounds. RFC 3261 §18. */
import {
  createConnection,
  createServer,
  isIPv6,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'
import type { Receive, SendingFlow } from './flow.ts'
import type { SipLimits } from './limits.ts'
import {
  advertisedAddress,
  hostPort,
  listenError,
  withoutBrackets,
  type ListenerAddress,
  type ListenerOptions,
} from './listener.ts'
import type { Clock, Log } from './surroundings.ts'
import { TcpConnection } from './tcp-connection.ts'
import { createTimerQueue } from './timer-queue.ts'

export interface TcpTransport {
  readonly options: ListenerOptions
  readonly bound: ListenerAddress
  /** The open connection with that peer. */
  find(address: string, port: number): SendingFlow | undefined
  /** Opens a connection, or joins one that is being opened; undefined: it could not be. */
  connect(address: string, port: number): Promise<SendingFlow | undefined>
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
  const { options, limits, log } = parts
  const connections = createConnections(parts)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    connections.accept(socket)
  })
  // One more than ours: it is refused here, where it is counted.
  server.maxConnections = limits.connections + 1
  await listen(server, options)
  server.on('error', (error) => {
    log.warn({ error: error.message }, 'TCP listener')
  })
  const address = withoutBrackets(options.address)
  const bound: ListenerAddress = {
    transport: 'TCP',
    address,
    port: (server.address() as AddressInfo).port,
  }
  connections.bound = bound
  return {
    options,
    bound,
    find: connections.find,
    connect: connections.connect,
    async stop() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
      })
      connections.stop()
      await closed
    },
  }
}

interface Connections {
  bound: ListenerAddress | undefined
  accept(socket: Socket): void
  find(address: string, port: number): SendingFlow | undefined
  connect(address: string, port: number): Promise<SendingFlow | undefined>
  stop(): void
}

function createConnections(parts: TcpParts): Connections {
  const { options, limits, clock, log, receive, onFlowClosed } = parts
  const byNumber = new Map<number, TcpConnection>()
  const byPeer = new Map<string, TcpConnection>()
  const opening = new Map<string, Promise<SendingFlow | undefined>>()
  const sockets = new Set<Socket>()
  let lastNumber = 0

  const deadlines = createTimerQueue({
    clock,
    delay: limits.messageTime,
    ring(number, messages) {
      const connection = byNumber.get(number)
      if (!connection || connection.messages !== messages) return
      log.debug({ peer: connection.remoteAddress }, 'SIP connection closed: message not finished')
      connection.destroy()
    },
  })
  const idle = createTimerQueue({
    clock,
    delay: limits.idleTime,
    ring(number) {
      const connection = byNumber.get(number)
      if (!connection) return
      if (clock.now() - connection.lastActivity >= limits.idleTime) connection.end()
      else idle.push(number, 0)
    },
  })

  const events = {
    onMessage: receive,
    onUnfinished: (connection: TcpConnection) => {
      deadlines.push(connection.number, connection.messages)
    },
    onEnd: (connection: TcpConnection) => {
      byNumber.delete(connection.number)
      const peer = hostPort(connection.remoteAddress, connection.remotePort)
      if (byPeer.get(peer) === connection) byPeer.delete(peer)
      onFlowClosed(connection)
    },
    now: () => clock.now(),
  }

  const adopt = (socket: Socket): TcpConnection => {
    const bound = connections.bound ?? { transport: 'TCP', address: '', port: 0 }
    const sentBy = advertisedAddress(options, bound, socket.localAddress)
    const connection = new TcpConnection({ number: ++lastNumber, socket, sentBy, limits, events })
    byNumber.set(connection.number, connection)
    byPeer.set(hostPort(connection.remoteAddress, connection.remotePort), connection)
    idle.push(connection.number, 0)
    return connection
  }

  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  }

  const open = (address: string, port: number) =>
    new Promise<SendingFlow | undefined>((resolve) => {
      const socket = createConnection({ host: address, port, allowHalfOpen: true })
      track(socket)
      const cancel = clock.after(limits.connectTime, () => socket.destroy())
      socket.once('error', () => undefined)
      socket.once('connect', () => {
        resolve(adopt(socket))
      })
      socket.once('close', () => {
        resolve(undefined)
      })
      socket.once('connect', cancel)
    })

  const connections: Connections = {
    bound: undefined,
    accept(socket) {
      if (byNumber.size >= limits.connections) {
        socket.destroy()
        return
      }
      track(socket)
      events.onUnfinished(adopt(socket))
    },
    find: (address, port) => byPeer.get(hostPort(address, port)),
    connect(address, port) {
      const peer = hostPort(address, port)
      const underWay = opening.get(peer)
      if (underWay) return underWay
      if (
        sockets.size >= limits.connections ||
        isIPv6(address) !== isIPv6(withoutBrackets(options.address))
      )
        return Promise.resolve(undefined)
      const opened = open(address, port).finally(() => opening.delete(peer))
      opening.set(peer, opened)
      return opened
    },
    stop() {
      deadlines.stop()
      idle.stop()
      for (const connection of byNumber.values()) connection.end()
      for (const socket of sockets) socket.destroy()
    },
  }
  return connections
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
