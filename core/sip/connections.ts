/** The connections that are open, of every transport: found by their peer, ended when they are idle or dead. RFC 3261 §18. */
import type { Connection, ConnectionEvents } from './connection.ts'
import type { Receive, SendingFlow } from './flow.ts'
import type { SipLimits } from './limits.ts'
import { hostPort } from './listener.ts'
import type { MessageTrace } from './message-trace.ts'
import type { Clock, Log } from './surroundings.ts'
import { TimerQueue } from './timer-queue.ts'
import type { TransportName } from './transport.ts'

interface ConnectionsParts {
  readonly limits: SipLimits
  readonly clock: Clock
  readonly log: Log
  readonly receive: Receive
  readonly onFlowClosed: (flow: SendingFlow) => void
  readonly trace: MessageTrace
}

/** Within the idle time: so much sooner a connection that has ended is out of the queue. */
const IDLE_LOOKS = 8

export class Connections implements ConnectionEvents {
  readonly onMessage: Receive
  readonly trace: MessageTrace
  readonly #parts: ConnectionsParts
  readonly #byNumber = new Map<number, Connection>()
  readonly #byPeer = new Map<string, Connection>()
  readonly #deadlines: TimerQueue
  readonly #idle: TimerQueue
  readonly #probes: TimerQueue
  #lastNumber = 0

  constructor(parts: ConnectionsParts) {
    this.#parts = parts
    this.onMessage = parts.receive
    this.trace = parts.trace
    const { messageTime, idleTime, probeTime } = parts.limits
    this.#deadlines = this.#queue(messageTime, (connection, messages) => {
      this.#messageOverdue(connection, messages)
    })
    this.#idle = this.#queue(idleTime / IDLE_LOOKS, (connection) => {
      this.#idleTimeOver(connection)
    })
    this.#probes = this.#queue(probeTime, (connection) => {
      connection.probe?.()
      this.#probes.push(connection.number, 0)
    })
  }

  /** Keeps what `create` makes of its number. `accepted`: the peer has opened it. */
  add<T extends Connection>(create: (number: number) => T, accepted: boolean): T {
    const connection = create(++this.#lastNumber)
    this.#byNumber.set(connection.number, connection)
    this.#byPeer.set(peerKey(connection), connection)
    this.#idle.push(connection.number, 0)
    if (connection.probe) this.#probes.push(connection.number, 0)
    // It must bring its first message before long.
    if (accepted) this.onUnfinished(connection)
    return connection
  }

  find(transport: TransportName, remoteAddress: string, remotePort: number) {
    const connection = this.#byPeer.get(peerKey({ transport, remoteAddress, remotePort }))
    return connection?.alive ? connection : undefined
  }

  byTransport(): ReadonlyMap<TransportName, number> {
    const counts = new Map<TransportName, number>()
    for (const { transport } of this.#byNumber.values()) {
      counts.set(transport, (counts.get(transport) ?? 0) + 1)
    }
    return counts
  }

  /** Nothing rings any more, and the peers are told that this is the end. */
  stop(): void {
    for (const queue of [this.#deadlines, this.#idle, this.#probes]) queue.stop()
    for (const connection of [...this.#byNumber.values()]) connection.end()
  }

  now(): number {
    return this.#parts.clock.now()
  }

  after(milliseconds: number, action: () => void): () => void {
    return this.#parts.clock.after(milliseconds, action)
  }

  onUnfinished(connection: Connection): void {
    this.#deadlines.push(connection.number, connection.messages)
  }

  onEnd(connection: Connection): void {
    this.#byNumber.delete(connection.number)
    const peer = peerKey(connection)
    if (this.#byPeer.get(peer) === connection) this.#byPeer.delete(peer)
    this.#parts.onFlowClosed(connection)
  }

  #queue(delay: number, ring: (connection: Connection, generation: number) => void): TimerQueue {
    return new TimerQueue({
      clock: this.#parts.clock,
      delay,
      ring: (number, generation) => {
        const connection = this.#byNumber.get(number)
        if (connection) ring(connection, generation)
      },
    })
  }

  #messageOverdue(connection: Connection, messages: number): void {
    if (connection.messages !== messages) {
      // Another message has begun behind the one that was waited for.
      if (connection.unfinished) this.onUnfinished(connection)
      return
    }
    const peer = connection.remoteAddress
    this.#parts.log.debug({ peer }, 'SIP connection closed: its message did not end')
    connection.destroy()
  }

  #idleTimeOver(connection: Connection): void {
    if (this.now() - connection.lastActivity >= this.#parts.limits.idleTime) connection.end()
    else this.#idle.push(connection.number, 0)
  }
}

type Peer = Pick<Connection, 'transport' | 'remoteAddress' | 'remotePort'>

function peerKey({ transport, remoteAddress, remotePort }: Peer): string {
  return `${transport} ${hostPort(remoteAddress, remotePort)}`
}
