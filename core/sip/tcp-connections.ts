/** The TCP connections of one listener, accepted and opened, within bounds. RFC 3261 §18. */
import { createConnection, type Socket } from 'node:net'
import type { Receive, SendingFlow } from './flow.ts'
import type { SipLimits } from './limits.ts'
import { hostPort } from './listener.ts'
import type { Clock, Log } from './surroundings.ts'
import { TcpConnection, type ConnectionEvents } from './tcp-connection.ts'
import { TimerQueue } from './timer-queue.ts'

interface ConnectionsParts {
  readonly limits: SipLimits
  readonly clock: Clock
  readonly log: Log
  readonly receive: Receive
  readonly onFlowClosed: (flow: SendingFlow) => void
  /** What Via calls this end of a connection whose own address is `local`. */
  readonly sentBy: (local: string | undefined) => string
}

export class TcpConnections implements ConnectionEvents {
  readonly onMessage: Receive
  readonly #parts: ConnectionsParts
  readonly #byNumber = new Map<number, TcpConnection>()
  readonly #byPeer = new Map<string, TcpConnection>()
  readonly #opening = new Map<string, Promise<SendingFlow | undefined>>()
  /** Also those that are still being opened, or only being closed. */
  readonly #sockets = new Set<Socket>()
  readonly #deadlines: TimerQueue
  readonly #idle: TimerQueue
  #lastNumber = 0

  constructor(parts: ConnectionsParts) {
    this.#parts = parts
    this.onMessage = parts.receive
    const { clock, limits } = parts
    this.#deadlines = new TimerQueue({
      clock,
      delay: limits.messageTime,
      ring: (number, messages) => {
        this.#messageOverdue(number, messages)
      },
    })
    this.#idle = new TimerQueue({
      clock,
      delay: limits.idleTime,
      ring: (number) => {
        this.#idleTimeOver(number)
      },
    })
  }

  accept(socket: Socket): void {
    if (this.#sockets.size >= this.#parts.limits.connections) {
      socket.destroy()
      return
    }
    this.#track(socket)
    // It must bring its first message before long.
    this.onUnfinished(this.#adopt(socket))
  }

  find(address: string, port: number): TcpConnection | undefined {
    return this.#byPeer.get(hostPort(address, port))
  }

  /** Opens a connection, or joins one that is being opened; undefined: it could not be. */
  connect(address: string, port: number): Promise<SendingFlow | undefined> {
    const peer = hostPort(address, port)
    const underWay = this.#opening.get(peer)
    if (underWay) return underWay
    if (this.#sockets.size >= this.#parts.limits.connections) return Promise.resolve(undefined)
    const opened = this.#open(address, port).finally(() => this.#opening.delete(peer))
    this.#opening.set(peer, opened)
    return opened
  }

  stop(): void {
    this.#deadlines.stop()
    this.#idle.stop()
    for (const socket of this.#sockets) socket.destroy()
  }

  now(): number {
    return this.#parts.clock.now()
  }

  onUnfinished(connection: TcpConnection): void {
    this.#deadlines.push(connection.number, connection.messages)
  }

  onEnd(connection: TcpConnection): void {
    this.#byNumber.delete(connection.number)
    const peer = hostPort(connection.remoteAddress, connection.remotePort)
    if (this.#byPeer.get(peer) === connection) this.#byPeer.delete(peer)
    this.#parts.onFlowClosed(connection)
  }

  #adopt(socket: Socket): TcpConnection {
    const { limits, sentBy } = this.#parts
    const connection = new TcpConnection({
      number: ++this.#lastNumber,
      socket,
      sentBy: sentBy(socket.localAddress),
      limits,
      events: this,
    })
    this.#byNumber.set(connection.number, connection)
    this.#byPeer.set(hostPort(connection.remoteAddress, connection.remotePort), connection)
    this.#idle.push(connection.number, 0)
    return connection
  }

  #open(address: string, port: number): Promise<SendingFlow | undefined> {
    const { clock, limits } = this.#parts
    const socket = createConnection({ host: address, port, allowHalfOpen: true })
    this.#track(socket)
    const cancel = clock.after(limits.connectTime, () => socket.destroy())
    return new Promise((resolve) => {
      socket.on('error', () => undefined)
      socket.once('close', () => {
        cancel()
        resolve(undefined)
      })
      socket.once('connect', () => {
        cancel()
        resolve(this.#adopt(socket))
      })
    })
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #messageOverdue(number: number, messages: number): void {
    const connection = this.#byNumber.get(number)
    if (!connection) return
    if (connection.messages !== messages) {
      // Another message has begun behind the one that was waited for.
      if (connection.unfinished) this.onUnfinished(connection)
      return
    }
    const peer = connection.remoteAddress
    this.#parts.log.debug({ peer }, 'SIP connection closed: its message did not end')
    connection.destroy()
  }

  #idleTimeOver(number: number): void {
    const connection = this.#byNumber.get(number)
    if (!connection) return
    if (this.now() - connection.lastActivity >= this.#parts.limits.idleTime) connection.end()
    else this.#idle.push(number, 0)
  }
}
