/** All the listeners of a stack: opened together, asked for flows. RFC 3261 §18. */
import type { Receive, SendingFlow } from './flow.ts'
import type { SipLimits } from './limits.ts'
import {
  advertisedAddress,
  isWildcard,
  type ListenerAddress,
  type ListenerOptions,
} from './listener.ts'
import type { SipEndpoint } from './sip-endpoint.ts'
import type { Clock, Log } from './surroundings.ts'
import { openTcpTransport, type TcpTransport } from './tcp-transport.ts'
import { canReach, openUdpTransport, type UdpTransport } from './udp-transport.ts'

export interface Listeners extends Pick<SipEndpoint, 'contactAddress'> {
  start(): Promise<void>
  stop(): Promise<void>
  flush(): void
  addresses(): readonly ListenerAddress[]
  findFlow(record: Parameters<SipEndpoint['findFlow']>[0]): SendingFlow | undefined
  /** Undefined: no listener speaks UDP to such an address. */
  udpFlow(address: string, port: number): SendingFlow | undefined
  /** The open connection with that peer, or a new one; undefined: it cannot be had. */
  connect(address: string, port: number): Promise<SendingFlow | undefined>
}

interface ListenersParts {
  readonly options: readonly ListenerOptions[]
  readonly limits: SipLimits
  readonly clock: Clock
  readonly log: Log
  readonly receive: Receive
  readonly onQueued: () => void
  readonly onFlowClosed: (flow: SendingFlow) => void
}

export function createListeners(parts: ListenersParts): Listeners {
  let udp: UdpTransport[] = []
  let tcp: TcpTransport[] = []

  const open = async (options: ListenerOptions) => {
    if (options.transport === 'UDP') udp.push(await openUdpTransport({ ...parts, options }))
    else tcp.push(await openTcpTransport({ ...parts, options }))
  }

  const stop = async () => {
    const transports = [...udp, ...tcp]
    udp = []
    tcp = []
    await Promise.all(transports.map((transport) => transport.stop()))
  }

  const listenerOf = ({ transport, localAddress, localPort }: LocalEnd) => {
    const own: readonly (UdpTransport | TcpTransport)[] = transport === 'TCP' ? tcp : udp
    return (
      own.find((one) => one.bound.port === localPort && serves(one.bound, localAddress)) ??
      own.find((one) => serves(one.bound, localAddress)) ??
      own[0]
    )
  }

  return {
    async start() {
      try {
        for (const options of parts.options) await open(options)
      } catch (error) {
        await stop()
        throw error
      }
    },
    stop,
    flush() {
      for (const transport of udp) transport.flush()
    },
    addresses: () =>
      parts.options.length === udp.length + tcp.length ? inOrder(parts.options, udp, tcp) : [],
    contactAddress(flow) {
      const listener = listenerOf(flow)
      if (!listener) return `${flow.localAddress}:${flow.localPort}`
      return advertisedAddress(listener.options, listener.bound, flow.localAddress)
    },
    findFlow({ transport, localAddress, localPort, remoteAddress, remotePort }) {
      if (transport === 'TCP') return findConnection(tcp, remoteAddress, remotePort)
      if (transport !== 'UDP') return undefined
      const listener = udp.find(
        ({ bound }) => bound.address === localAddress && bound.port === localPort,
      )
      // The listener may have moved since; any other that reaches the peer will do.
      const from = listener ?? udp.find(({ bound }) => canReach(bound.address, remoteAddress))
      return from?.flowTo(remoteAddress, remotePort)
    },
    udpFlow: (address, port) =>
      udp.find(({ bound }) => canReach(bound.address, address))?.flowTo(address, port),
    async connect(address, port) {
      const open = findConnection(tcp, address, port)
      if (open) return open
      return tcp.find(({ bound }) => canReach(bound.address, address))?.connect(address, port)
    },
  }
}

type LocalEnd = Parameters<SipEndpoint['contactAddress']>[0]

function serves(bound: ListenerAddress, address: string): boolean {
  return bound.address === address || isWildcard(bound.address)
}

function findConnection(
  transports: readonly TcpTransport[],
  address: string,
  port: number,
): SendingFlow | undefined {
  for (const transport of transports) {
    const connection = transport.find(address, port)
    if (connection?.alive) return connection
  }
  return undefined
}

function inOrder(
  options: readonly ListenerOptions[],
  udp: readonly UdpTransport[],
  tcp: readonly TcpTransport[],
): ListenerAddress[] {
  return options.flatMap((one) =>
    [...udp, ...tcp].filter(({ options: own }) => own === one).map(({ bound }) => bound),
  )
}
