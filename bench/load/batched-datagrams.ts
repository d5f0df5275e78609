/** The load's UDP sockets by recvmmsg and sendmmsg: a thread that waits in ppoll, takes what is there and answers all of it at once. */
import { BUFFER_BYTES, type Datagrams, type Receive } from './datagrams.ts'
import { createMessageVector, type MessageVector } from './message-vector.ts'
import { loadSystemCalls, type SystemCalls } from './system-calls.ts'

const AF_INET = 2
const SOCK_DGRAM = 2
const SOL_SOCKET = 1
const SO_SNDBUF = 7
const SO_RCVBUF = 8
const MSG_DONTWAIT = 0x40
const POLLIN = 1

const ADDRESS_BYTES = 16
const POLL_BYTES = 8
const BATCH = 64
/** Longer than any message of the load. */
const MESSAGE_BYTES = 4096
/** So rarely looks the thread at its timers. */
const WAIT_NANOSECONDS = 200_000
/** A socket that has more waiting lets the others come first. */
const ROUNDS = 8

interface Endpoint {
  readonly fd: number
  readonly port: number
  readonly outgoing: MessageVector
  queued: number
  end: number
}

/** Undefined where the system has no such calls. */
export async function openBatchedDatagrams(
  server: number,
  count: number,
  receive: Receive,
): Promise<Datagrams | undefined> {
  const system = await loadSystemCalls()
  if (!system) return undefined
  const endpoints = Array.from({ length: count }, () => openEndpoint(system, server))
  const incoming = incomingVector(system)
  const poll = createPoll(system, endpoints)
  let open = true

  const drain = (socket: number, { fd }: Endpoint) => {
    for (let round = 0; round < ROUNDS; round++) {
      const taken = system.recvmmsg(fd, incoming.headers, BATCH, MSG_DONTWAIT, null)
      for (let message = 0; message < taken; message++) {
        const start = message * MESSAGE_BYTES
        receive(
          socket,
          incoming.bytes.toString('latin1', start, start + incoming.received(message)),
        )
      }
      if (taken < BATCH) return
    }
  }
  const turn = () => {
    if (!open) return
    if (poll.wait() > 0) {
      endpoints.forEach((endpoint, socket) => {
        if (poll.readable(socket)) drain(socket, endpoint)
      })
    }
    for (const endpoint of endpoints) flush(system, endpoint)
    setImmediate(turn)
  }
  setImmediate(turn)

  return {
    port: (socket) => endpoints[socket]!.port,
    send: (socket, text) => {
      enqueue(system, endpoints[socket]!, text)
    },
    close() {
      open = false
      for (const { fd } of endpoints) system.close(fd)
    },
  }
}

function openEndpoint(system: SystemCalls, server: number): Endpoint {
  const fd = system.socket(AF_INET, SOCK_DGRAM, 0)
  const size = Buffer.alloc(4)
  size.writeInt32LE(BUFFER_BYTES)
  for (const option of [SO_RCVBUF, SO_SNDBUF]) system.setsockopt(fd, SOL_SOCKET, option, size, 4)
  const own = loopbackAddress(0)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(ADDRESS_BYTES)
  const failed =
    system.bind(fd, own, ADDRESS_BYTES) < 0 ||
    system.connect(fd, loopbackAddress(server), ADDRESS_BYTES) < 0 ||
    system.getsockname(fd, own, length) < 0
  if (failed) throw new Error('the load has no socket')
  const outgoing = createMessageVector(system, BATCH, BATCH * MESSAGE_BYTES)
  return { fd, port: own.readUInt16BE(2), outgoing, queued: 0, end: 0 }
}

/** struct sockaddr_in of 127.0.0.1. */
function loopbackAddress(port: number): Buffer {
  const address = Buffer.alloc(ADDRESS_BYTES)
  address.writeUInt16LE(AF_INET)
  address.writeUInt16BE(port, 2)
  address.set([127, 0, 0, 1], 4)
  return address
}

function incomingVector(system: SystemCalls): MessageVector {
  const vector = createMessageVector(system, BATCH, BATCH * MESSAGE_BYTES)
  for (let message = 0; message < BATCH; message++) {
    vector.place(message, message * MESSAGE_BYTES, MESSAGE_BYTES)
  }
  return vector
}

/** An array of struct pollfd. */
function createPoll(system: SystemCalls, endpoints: readonly Endpoint[]) {
  const fds = Buffer.alloc(endpoints.length * POLL_BYTES)
  endpoints.forEach(({ fd }, socket) => {
    fds.writeInt32LE(fd, socket * POLL_BYTES)
    fds.writeInt16LE(POLLIN, socket * POLL_BYTES + 4)
  })
  const timeout = Buffer.alloc(16)
  timeout.writeUInt32LE(WAIT_NANOSECONDS, 8)
  return {
    wait: () => system.ppoll(fds, endpoints.length, timeout, null),
    readable: (socket: number) => (fds.readInt16LE(socket * POLL_BYTES + 6) & POLLIN) !== 0,
  }
}

function enqueue(system: SystemCalls, endpoint: Endpoint, text: string): void {
  const { outgoing, end } = endpoint
  const length = outgoing.bytes.write(text, end, 'latin1')
  outgoing.place(endpoint.queued++, end, length)
  endpoint.end = end + length
  if (endpoint.queued === BATCH || outgoing.bytes.length - endpoint.end < MESSAGE_BYTES) {
    flush(system, endpoint)
  }
}

/** What the system refuses is lost as datagrams may be: the load sends it again. */
function flush(system: SystemCalls, endpoint: Endpoint): void {
  for (let sent = 0; sent < endpoint.queued;) {
    const { outgoing, queued, fd } = endpoint
    const taken = system.sendmmsg(fd, outgoing.from(sent), queued - sent, 0)
    sent += Math.max(1, taken)
  }
  endpoint.queued = 0
  endpoint.end = 0
}
