/** All the listeners of a stack: opened together, asked for flows. RFC 3261 §18. */
import type { Receive, SendingFlow } from './flow.ts'
import type { SipLimits } from './limits.ts'
import {
  advertisedAddress,
  hostPort,
  isWildcard,
  type ListenerAddress,
  type ListenerOptions,
} from './listener.ts'
import type { SipEndpoint } from './sip-endpoint.ts'
import type { Clock, Log } from './surroundings.ts'
import { openTcpTransport, type TcpTransport } from './tcp-transport.ts'
import { canReach, openUdpTransport, type UdpTransport } from './udp-transport.ts'

type LocalEnd = Parameters<SipEndpoint['contactAddress']>[0]
type FlowRecord = Parameters<SipEndpoint['findFlow']>[0]

interface ListenersParts {
  readonly options: readonly ListenerOptions[]
  readonly limits: SipLimits
  readonly clock: Clock
  readonly log: Log
  readonly receive: Receive
  /** Datagrams wait for `flush`. */
  readonly onQueued: () => void
  readonly onFlowClosed: (flow: SendingFlow) => void
}

export class Listeners {
  readonly #parts: ListenersParts
  #udp: UdpTransport[] = []
  #tcp: TcpTransport[] = []

  constructor(parts: ListenersParts) {
    this.#parts = parts
  }

  /** Opens every listener or none. */
  async start(): Promise<void> {
    try {
      for (const options of this.#parts.options) await this.#open(options)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    const transports = [...this.#udp, ...this.#tcp]
    this.#udp = []
    this.#tcp = []
    await Promise.all(transports.map((transport) => transport.stop()))
  }

  flush(): void {
    for (const transport of this.#udp) transport.flush()
  }

  /** In the order in which they were asked for. */
  addresses(): ListenerAddress[] {
    const open = [...this.#udp, ...this.#tcp]
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
    if (transport === 'TCP') return this.#connection(remoteAddress, remotePort)
    if (transport !== 'UDP') return undefined
    const listener = this.#udp.find(
      ({ bound }) => bound.address === localAddress && bound.port === localPort,
    )
    // The listener may have moved since; any other that reaches the peer will do.
    return listener?.flowTo(remoteAddress, remotePort) ?? this.udpFlow(remoteAddress, remotePort)
  }

  /** Undefined: no listener speaks UDP to such an address. */
  udpFlow(address: string, port: number): SendingFlow | undefined {
    return this.#udp.find(({ bound }) => canReach(bound.address, address))?.flowTo(address, port)
  }

  /** The open connection with that peer, or a new one; undefined: it cannot be had. */
  async connect(address: string, port: number): Promise<SendingFlow | undefined> {
    const open = this.#connection(address, port)
    if (open) return open
    const transport = this.#tcp.find(({ bound }) => canReach(bound.address, address))
    return transport?.connections.connect(address, port)
  }

  async #open(options: ListenerOptions): Promise<void> {
    const parts = { ...this.#parts, options }
    if (options.transport === 'UDP') this.#udp.push(await openUdpTransport(parts))
    else this.#tcp.push(await openTcpTransport(parts))
  }

  #connection(address: string, port: number): SendingFlow | undefined {
    for (const { connections } of this.#tcp) {
      const connection = connections.find(address, port)
      if (connection?.alive) return connection
    }
    return undefined
  }

  #listenerOf({ transport, localAddress, localPort }: LocalEnd) {
    const own: readonly (UdpTransport | TcpTransport)[] =
      transport === 'TCP' ? this.#tcp : this.#udp
    const here = own.filter(({ bound }) => serves(bound, localAddress))
    return here.find(({ bound }) => bound.port === localPort) ?? here[0] ?? own[0]
  }
}

function serves(bound: ListenerAddress, address: string): boolean {
  return bound.address === address || isWildcard(bound.address)
}
