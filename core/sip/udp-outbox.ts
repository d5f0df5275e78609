/** Datagrams wait for the end of the turn, and leave together where the system can take them so. */
import type { Socket } from 'node:dgram'
import { createBatchedSending } from './datagrams/batched-sending.ts'
import type { SystemCalls } from './datagrams/system-calls.ts'
import type { Log } from './surroundings.ts'
import type { UdpFlow } from './udp-flow.ts'

export interface Outbox {
  /** The octets must not change before the next `flush`. */
  queue(octets: Buffer, flow: UdpFlow): void
  flush(): void
}

interface OutboxParts {
  readonly socket: Socket
  readonly log: Log
  /** Something was queued where nothing was. */
  readonly onQueued: () => void
}

/** Beyond these a datagram is dropped, as the system would: it is retransmitted. */
const LARGEST_QUEUE = 65_536

/** One system call for each datagram. */
export function createPlainOutbox(parts: OutboxParts): Outbox {
  const { onQueued } = parts
  const send = createSend(parts)
  let queued: { octets: Buffer; flow: UdpFlow }[] = []
  return {
    queue(octets, flow) {
      if (queued.length >= LARGEST_QUEUE) return
      if (queued.push({ octets, flow }) === 1) onQueued()
    },
    flush() {
      const batch = queued
      queued = []
      for (const { octets, flow } of batch) send(octets, flow)
    },
  }
}

interface BatchedParts extends OutboxParts {
  readonly system: SystemCalls
  readonly fd: number
}

/** Many datagrams with one system call; what the system has no room for now leaves by the socket, in its order. */
export function createBatchedOutbox({ system, fd, ...parts }: BatchedParts): Outbox {
  const { socket, log, onQueued } = parts
  const send = createSend(parts)
  let isQueued = false
  let isFull = false
  const batch = createBatchedSending<UdpFlow>({
    system,
    fd,
    onFull(octets, flow) {
      isFull = true
      if (socket.getSendQueueCount() < LARGEST_QUEUE) send(Buffer.from(octets), flow)
    },
    onRefused(error, { remoteAddress, remotePort }) {
      log.debug({ address: remoteAddress, port: remotePort, error }, 'datagram not sent')
    },
  })
  /** While the socket itself holds datagrams back, none may overtake them. */
  const isBehind = () => isFull && (isFull = socket.getSendQueueCount() > 0)
  const straight = (octets: Buffer, flow: UdpFlow) => {
    batch.flush()
    if (socket.getSendQueueCount() < LARGEST_QUEUE) send(Buffer.from(octets), flow)
  }
  return {
    queue(octets, flow) {
      const { name } = flow
      if (name === null || isBehind()) straight(octets, flow)
      else batch.add(octets, flow, name)
      if (isQueued) return
      isQueued = true
      onQueued()
    },
    flush() {
      isQueued = false
      batch.flush()
    },
  }
}

function createSend({ socket, log }: OutboxParts) {
  return (octets: Buffer, { remotePort: port, remoteAddress: address }: UdpFlow) => {
    try {
      // Without a callback a failed send is silent: UDP promises nothing, retransmission does the rest.
      socket.send(octets, port, address)
    } catch (error) {
      log.debug({ address, port, error: String(error) }, 'datagram not sent')
    }
  }
}
