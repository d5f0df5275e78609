/** All the listeners of a stack: opened together, asked for flows. RFC 3261 §18. */
import type { TrustedCertificates } from './certificates.ts'
import { createConnectionAdmission } from './connection-admission.ts'
import { createConnectionOpener } from './connection-opener.ts'
import { Connections } from './connections.ts'
import type { Receive, SendingFlow } from './flow.ts'
import type { SipLimits } from './limits.ts'
import {
  advertisedAddress,
  hostPort,
  isWildcard,
  type ListenerAddress,
  type ListenerOptions,
} from './listener.ts'
import type { Destination, SipEndpoint } from './sip-endpoint.ts'
import type { SharedSockets } from './shared-sockets.ts'
import { openStreamTransport, type StreamTransport } from './stream-transport.ts'
import type { MessageTrace } from './message-trace.ts'
import type { Clock, Log } from './surroundings.ts'
import { TRANSPORTS, type TransportName } from './transport.ts'
import { canReach, openUdpTransport, type UdpTransport } from './udp-transport.ts'
import { createUpgrade, type Upgrade, type WebSocketOptions } from './web-socket-upgrade.ts'

type LocalEnd = Parameters<SipEndpoint['contactAddress']>[0]
type FlowRecord = Parameters<SipEndpoint['findFlow']>[0]

interface ListenersParts {
  readonly options: readonly ListenerOptions[]
  readonly webSockets: WebSocketOptions
  readonly trusted: TrustedCertificates
  readonly limits: SipLimits
  readonly clock: Clock
  readonly log: Log
  readonly receive: Receive
  readonly trace: MessageTrace
  /** Gets datagrams that cannot be messages. */
  readonly onNoise?: ((octets: Buffer) => void) | undefined
  /** Datagrams wait for `flush`. */
  readonly onQueued: () => void
  readonly onFlowClosed: (flow: SendingFlow) => void
  /** Absent: all are this process's own. */
  readonly sockets?: SharedSockets | undefined
}

export class Listeners {
  /** Takes a request for a WebSocket from any HTTP server. */
  readonly upgrade: Upgrade
  readonly #parts: ListenersParts
  readonly #connections: Connections
  readonly #admission
  readonly #openConnection
  #udp: UdpTransport[] = []
  #streams: StreamTransport[] = []

  constructor(parts: ListenersParts) {
    this.#parts = parts
    const connections = new Connections(parts)
    const admission = createConnectionAdmission(parts.limits)
    this.#connections = connections
    this.#admission = admission
    this.#openConnection = createConnectionOpener({ ...parts, admission, connections })
    this.upgrade = createUpgrade({ ...parts, ...parts.webSockets, admission, connections })
  }

  /** Opens every listener or none. */
  async start(): Promise<void> {
    try {
      for (const [place, options] of this.#parts.options.entries()) await this.#open(options, place)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** No more connections are taken; datagrams still are. */
  close(): void {
    for (const stream of this.#streams) stream.close()
  }

  async stop(): Promise<void> {
    const transports = [...this.#udp, ...this.#streams]
    this.#udp = []
    this.#streams = []
    this.#connections.stop()
    const stopped = transports.map((transport) => transport.stop())
    await this.#admission.ended()
    this.#admission.stop()
    await Promise.all(stopped)
  }

  /** Open ones by transport. */
  connections(): ReadonlyMap<TransportName, number> {
    return this.#connections.byTransport()
  }

  flush(): void {
    for (const transport of this.#udp) transport.flush()
  }

  /** Each UDP socket sends itself the datagram. */
  sendToThemselves(octets: Buffer): void {
    for (const transport of this.#udp) transport.sendToItself(octets)
  }

  /** In the order in which they were asked for. */
  addresses(): ListenerAddress[] {
    const open = [...this.#udp, ...this.#streams]
    return this.#parts.options.flatMap((wanted) =>
      open.filter(({ options }) => options === wanted).map(({ bound }) => bound),
    )
  }

  contactAddress(end: LocalEnd): string {
    const listener = this.#listenerOf(end)
    if (!listener) return hostPort(end.localAddress, end.localPort)
    return advertisedAddress(listener.options, listener.bound, end.localAddress)
  }

  findFlow({ transport, localAddress, localPort, remoteAddress, remotePort }: FlowRecord) {
    // What is at that port now is another client's page; it must not hear what was for the first. RFC 7118 §5.
    if (transport === 'WS' || transport === 'WSS') return undefined
    if (transport === 'TCP' || transport === 'TLS') {
      return this.#connections.find(transport, remoteAddress, remotePort)
    }
    if (transport !== 'UDP') return undefined
    const listener = this.#udp.find(
      ({ bound }) => bound.address === localAddress && bound.port === localPort,
    )
    // The listener may have moved since; any other that reaches the peer will do.
    return listener?.flowTo(remoteAddress, remotePort) ?? this.udpFlow(remoteAddress, remotePort)
  }

  /** Place of a flow's UDP listener among all; -1: none. */
  udpPlace({ localAddress, localPort }: Pick<LocalEnd, 'localAddress' | 'localPort'>): number {
    return this.#udp.findIndex(
      ({ bound }) => bound.address === localAddress && bound.port === localPort,
    )
  }

  udpFlowAt(place: number, address: string, port: number): SendingFlow | undefined {
    return this.#udp[place]?.flowTo(address, port)
  }

  /** Undefined: no listener speaks UDP to such an address. */
  udpFlow(address: string, port: number): SendingFlow | undefined {
    return this.#udp.find(({ bound }) => canReach(bound.address, address))?.flowTo(address, port)
  }

  /** The open connection with the host, whose address is known by now, or a new one; undefined: it cannot be had. */
  async connect(
    { transport, host, port }: Destination,
    address: string,
  ): Promise<SendingFlow | undefined> {
    // A large request that was to go by UDP takes TCP. RFC 3261 §18.1.1.
    const wanted = transport === 'TLS' ? 'TLS' : 'TCP'
    // Via names the place where the answer finds us when the connection breaks. RFC 3261 §18.2.2.
    const listener = this.#streams.find(
      ({ bound }) => bound.transport === wanted && canReach(bound.address, address),
    )
    const target = { transport: wanted, host, address, port } as const
    return listener && this.#openConnection(target, (local) => listener.sentBy(local))
  }

  async #open(options: ListenerOptions, place: number): Promise<void> {
    const { sockets } = this.#parts
    const parts = { ...this.#parts, options, passed: await sockets?.take(place) }
    if (options.transport === 'UDP') this.#udp.push(await openUdpTransport(parts))
    else this.#streams.push(await openStreamTransport({ ...parts, ...this.#forStreams() }))
    const opened = [...this.#udp, ...this.#streams].find(
      (transport) => transport.options === options,
    )
    if (opened) sockets?.offer(place, opened.socket)
  }

  #forStreams() {
    return {
      admission: this.#admission,
      connections: this.#connections,
      upgrade: this.upgrade,
    }
  }

  #listenerOf({ transport, localAddress, localPort }: LocalEnd) {
    const open: readonly (UdpTransport | StreamTransport)[] = [...this.#udp, ...this.#streams]
    const own = open.filter(({ bound }) => bound.transport === transport)
    const here = own.filter(({ bound }) => serves(bound, localAddress))
    const exactly = here.find(({ bound }) => bound.port === localPort)
    // A WebSocket may have come by an HTTP listener, which is none of these.
    if (exactly || TRANSPORTS[transport].parameter === 'ws') return exactly
    return here[0] ?? own[0]
  }
}

function serves(bound: ListenerAddress, address: string): boolean {
  return (
    bound.address === address || (isWildcard(bound.address) && canReach(bound.address, address))
  )
}
