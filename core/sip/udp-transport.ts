/** SIP over UDP: one datagram, one message. RFC 3261 §18. */
import { createSocket, Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { createBatchedReceiving } from './datagrams/batched-receiving.ts'
import { descriptorOf } from './datagrams/descriptor.ts'
import { loadSystemCalls, type SystemCalls } from './datagrams/system-calls.ts'
import { ownAddress } from './delay-probe.ts'
import type { Receive, SendingFlow } from './flow.ts'
import {
  advertisedAddress,
  listenError,
  withoutBrackets,
  type ListenerAddress,
  type ListenerOptions,
} from './listener.ts'
import type { ListeningSocket } from './shared-sockets.ts'
import type { MessageTrace } from './message-trace.ts'
import type { Log } from './surroundings.ts'
import { UdpFlows, type LocalEnd, type UdpFlow } from './udp-flow.ts'
import { createBatchedOutbox, createPlainOutbox } from './udp-outbox.ts'

export interface UdpTransport {
  readonly options: ListenerOptions
  readonly bound: ListenerAddress
  readonly socket: Socket
  /** The way to a peer: the address a datagram came from, or one to send to. */
  flowTo(address: string, port: number): SendingFlow
  /** Hands what was queued to the system. */
  flush(): void
  /** Sends its own socket a datagram; if there is room for none, it is lost like any other. */
  sendToItself(octets: Buffer): void
  stop(): Promise<void>
}

interface UdpParts {
  readonly options: ListenerOptions
  readonly log: Log
  readonly receive: Receive
  /** Gets what cannot be the beginning of a message. */
  readonly onNoise?: ((octets: Buffer) => void) | undefined
  /** Something was queued outside a turn. */
  readonly onQueued: () => void
  readonly trace: MessageTrace
  /** Open already, in another process that shares it. */
  readonly passed?: ListeningSocket | undefined
}

/** What a fan-out to thousands of watchers brings back at once must fit. */
const RECEIVE_BUFFER = 4 * 1024 * 1024

export async function openUdpTransport(parts: UdpParts): Promise<UdpTransport> {
  const { options, log } = parts
  const address = withoutBrackets(options.address)
  const socket = passedSocket(parts) ?? createUdpSocket(address)
  if (!parts.passed) {
    await bind(socket, options, address)
    askForReceiveBuffer(socket, log)
  }
  const bound: ListenerAddress = { transport: 'UDP', address, port: socket.address().port }
  const calls = await batchedCalls(socket, parts)
  const outbox = calls
    ? createBatchedOutbox({ ...parts, ...calls, socket })
    : createPlainOutbox({ ...parts, socket })
  let isOpen = true
  const sentBy = advertisedAddress(options, bound)
  const queue: LocalEnd['queue'] = (octets, flow) => {
    if (!isOpen) return
    parts.trace.hear?.('out', octets, flow)
    outbox.queue(octets, flow)
  }
  const flows = new UdpFlows({ ...bound, sentBy, queue })
  receiveFrom(socket, flows, parts, calls)
  return {
    options,
    bound,
    socket,
    flowTo: (host, port) => flows.to(host, port),
    flush() {
      // The number of a closed socket may be another file's by now.
      if (isOpen) outbox.flush()
    },
    sendToItself(octets) {
      if (isOpen) socket.send(octets, bound.port, ownAddress(address), () => undefined)
    },
    stop() {
      isOpen = false
      return close(socket)
    },
  }
}

function passedSocket({ passed }: UdpParts): Socket | undefined {
  if (passed === undefined || passed instanceof Socket) return passed
  throw new Error('a UDP listener was passed a socket for connections')
}

function createUdpSocket(address: string): Socket {
  const type = isIPv6(address) ? 'udp6' : 'udp4'
  return createSocket({
    type,
    // Addresses are always literals here; the default look-up would cost each datagram a tick.
    lookup: (host, _options, callback) => {
      callback(null, host, type === 'udp6' ? 6 : 4)
    },
    ipv6Only: type === 'udp6',
  })
}

interface BatchedCalls {
  readonly system: SystemCalls
  readonly fd: number
}

/** Undefined: one system call for each datagram. */
async function batchedCalls(
  socket: Socket,
  { options, log }: UdpParts,
): Promise<BatchedCalls | undefined> {
  if (options.batched === false) return undefined
  const system = await loadSystemCalls()
  const fd = descriptorOf(socket)
  if (typeof system !== 'string' && fd !== undefined) return { system, fd }
  const reason = typeof system === 'string' ? system : 'the socket has no number'
  log.debug({ reason }, 'datagrams go one by one')
  return undefined
}

function receiveFrom(
  socket: Socket,
  flows: UdpFlows,
  { log, receive, onNoise }: UdpParts,
  calls: BatchedCalls | undefined,
): void {
  const take = (octets: Buffer, flow: UdpFlow | undefined) => {
    // Keep-alives (an empty line, STUN) and other noise never begin with a letter. RFC 5626 §3.5.
    if (!flow) return
    if (isMessageStart(octets)) receive(octets, flow)
    else onNoise?.(octets)
  }
  const others =
    calls &&
    createBatchedReceiving({
      ...calls,
      take(octets, names, at) {
        take(octets, flows.named(names, at))
      },
    })
  socket.on('error', (error) => {
    log.warn({ error: error.message }, 'UDP socket')
  })
  socket.on('message', (octets, { address, port }) => {
    take(octets, flows.to(address, port))
    // The first tells that there may be more.
    others?.drain()
  })
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
