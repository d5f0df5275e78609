/** SIP over UDP: one datagram, one message. RFC 3261 §18. */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Receive, SendingFlow } from './flow.ts'
import {
  advertisedAddress,
  listenError,
  withoutBrackets,
  type ListenerAddress,
  type ListenerOptions,
} from './listener.ts'
import type { Log } from './surroundings.ts'

export interface UdpTransport {
  readonly options: ListenerOptions
  readonly bound: ListenerAddress
  /** The way to a peer: the address a datagram came from, or one to send to. */
  flowTo(address: string, port: number): SendingFlow
  /** Hands what was queued to the system. */
  flush(): void
  stop(): Promise<void>
}

interface UdpParts {
  readonly options: ListenerOptions
  readonly log: Log
  readonly receive: Receive
  /** Something was queued outside a turn. */
  readonly onQueued: () => void
}

/** What a fan-out to thousands of watchers brings back at once must fit. */
const RECEIVE_BUFFER = 4 * 1024 * 1024
/** Beyond these a datagram is dropped, as the system would: it is retransmitted. */
const LARGEST_QUEUE = 65_536

export async function openUdpTransport(parts: UdpParts): Promise<UdpTransport> {
  const { options, log, receive } = parts
  const address = withoutBrackets(options.address)
  const type = isIPv6(address) ? 'udp6' : 'udp4'
  const socket = createSocket({
    type,
    // Addresses are always literals here; the default look-up would cost each datagram a tick.
    lookup: (host, _options, callback) => {
      callback(null, host, type === 'udp6' ? 6 : 4)
    },
    ipv6Only: type === 'udp6',
  })
  await bind(socket, options, address)
  askForReceiveBuffer(socket, log)
  const bound: ListenerAddress = { transport: 'UDP', address, port: socket.address().port }
  const outbox = createOutbox(socket, parts)
  const end: LocalEnd = { ...bound, sentBy: advertisedAddress(options, bound), outbox }
  const flowTo = rememberFlows((remoteAddress, remotePort) => {
    return new UdpFlow(end, remoteAddress, remotePort)
  })
  socket.on('error', (error) => {
    log.warn({ error: error.message }, 'UDP socket')
  })
  socket.on('message', (bytes, { address: from, port }) => {
    // Keep-alives (an empty line, STUN) and other noise never begin with a letter. RFC 5626 §3.5.
    if (isMessageStart(bytes)) receive(bytes, flowTo(from, port))
  })
  return {
    options,
    bound,
    flowTo,
    flush: () => {
      outbox.flush()
    },
    stop: () => close(socket),
  }
}

type FlowTo = (address: string, port: number) => SendingFlow

/** A power of two. */
const REMEMBERED = 4096

/** Peers come back, so most datagrams need no flow of their own. One port has one place: who shares it takes turns. */
function rememberFlows(create: FlowTo): FlowTo {
  const flows = new Array<SendingFlow | undefined>(REMEMBERED).fill(undefined)
  return (address, port) => {
    const place = port & (REMEMBERED - 1)
    const known = flows[place]
    if (known?.remotePort === port && known.remoteAddress === address) return known
    return (flows[place] = create(address, port))
  }
}

/** What all flows of one socket share. */
interface LocalEnd {
  readonly address: string
  readonly port: number
  readonly sentBy: string
  readonly outbox: Outbox
}

class UdpFlow implements SendingFlow {
  readonly transport = 'UDP'
  readonly alive = true
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly sentBy: string
  readonly #end: LocalEnd

  constructor(end: LocalEnd, remoteAddress: string, remotePort: number) {
    this.localAddress = end.address
    this.localPort = end.port
    this.remoteAddress = remoteAddress
    this.remotePort = remotePort
    this.sentBy = end.sentBy
    this.#end = end
  }

  send(bytes: Buffer): boolean {
    return this.#end.outbox.queue(bytes, this.remotePort, this.remoteAddress)
  }

  toPort(port: number): SendingFlow {
    return new UdpFlow(this.#end, this.remoteAddress, port)
  }
}

interface Outbox {
  queue(bytes: Buffer, port: number, address: string): boolean
  flush(): void
}

/** Datagrams wait here for the end of the turn, so that batched system calls could take them together. */
function createOutbox(socket: Socket, { onQueued, log }: UdpParts): Outbox {
  let queued: { bytes: Buffer; port: number; address: string }[] = []
  return {
    queue(bytes, port, address) {
      if (queued.length >= LARGEST_QUEUE) return true
      if (queued.push({ bytes, port, address }) === 1) onQueued()
      return true
    },
    flush() {
      const batch = queued
      queued = []
      for (const { bytes, port, address } of batch) {
        try {
          // Without a callback a failed send is silent: UDP promises nothing, retransmission does the rest.
          socket.send(bytes, port, address)
        } catch (error) {
          log.debug({ address, port, error: String(error) }, 'datagram not sent')
        }
      }
    },
  }
}

function isMessageStart(bytes: Buffer): boolean {
  // RFC 3261 §7.5: empty lines before the start line are ignored.
  let at = 0
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  const code = bytes[at] ?? 0
  return code > 0x20 && code < 0x7f && bytes.length - at > 12
}

async function bind(socket: Socket, options: ListenerOptions, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      socket.close()
      reject(listenError(options, error))
    }
    socket.once('error', fail)
    socket.bind({ port: options.port, address, exclusive: true }, () => {
      socket.off('error', fail)
      resolve()
    })
  })
}

function askForReceiveBuffer(socket: Socket, log: Log): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER)
    const granted = socket.getRecvBufferSize()
    if (granted >= RECEIVE_BUFFER) return
    log.warn(
      { asked: RECEIVE_BUFFER, granted },
      'UDP receive buffer is small, bursts will lose datagrams: raise net.core.rmem_max',
    )
  } catch (error) {
    log.warn({ error: String(error) }, 'UDP receive buffer could not be set')
  }
}

async function close(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.close(() => {
      resolve()
    })
  })
}

/** Whether a listener at `address` can send to `remote`: also those on all addresses keep to their family. */
export function canReach(address: string, remote: string): boolean {
  return isIPv6(remote) === isIPv6(address)
}
