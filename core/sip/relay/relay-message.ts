/** What workers tell each other about messages and connections: one octet says what, numbers follow, then texts or a SIP message. */
import type { Flow } from '../sip-endpoint.ts'
import type { TransportName } from '../transport.ts'

/** A datagram came; its listener's place, the peer's port, its address, the message. */
export const DATAGRAM = 0
/** What follows comes along this connection: number, then what it is. */
export const CONNECTION = 1
/** A message came along a connection; an answer or `SETTLED` is expected for each. */
export const MESSAGE = 2
/** The connection has ended. */
export const ENDED = 3
/** To the worker that has the connection: send this. */
export const SEND = 4
/** To the worker that has the connection: a message has been dealt with. */
export const SETTLED = 5

/** The sender takes messages from now on. */
export const READY = 6

/** What, and the number of a connection. */
export const NUMBERED = 5
/** What stands before an address, and the longest address. */
const head = Buffer.alloc(5 + 64)

/** All heads are written in one place: they are copied before the next is. */
export function numberedHead(what: number, number: number): Buffer {
  head[0] = what
  head.writeUInt32LE(number, 1)
  return head.subarray(0, NUMBERED)
}

export function numberIn(message: Buffer): number {
  return message.readUInt32LE(1)
}

export const READY_MESSAGE = Uint8Array.of(READY)

/** What, listener, port, length of the address. */
const DATAGRAM_HEAD = 5

export function datagramHead(
  listener: number,
  { remoteAddress, remotePort }: Pick<Flow, 'remoteAddress' | 'remotePort'>,
): Buffer {
  head[0] = DATAGRAM
  head[1] = listener
  head.writeUInt16LE(remotePort, 2)
  const length = head.write(remoteAddress, DATAGRAM_HEAD, 'latin1')
  head[4] = length
  return head.subarray(0, DATAGRAM_HEAD + length)
}

export interface RelayedDatagram {
  readonly listener: number
  readonly port: number
  readonly address: string
  readonly octets: Buffer
}

export function readDatagram(message: Buffer): RelayedDatagram {
  const end = DATAGRAM_HEAD + (message[4] ?? 0)
  return {
    listener: message[1] ?? 0,
    port: message.readUInt16LE(2),
    address: message.toString('latin1', DATAGRAM_HEAD, end),
    octets: message.subarray(end),
  }
}

/** What a connection is to those who have it not. */
export interface ConnectionFacts extends Omit<Flow, 'alive'> {
  readonly sentBy: string
}

export function connectionMessage(number: number, flow: ConnectionFacts): Buffer {
  const { transport, localAddress, localPort, remoteAddress, remotePort, sentBy } = flow
  const facts = [transport, localAddress, localPort, remoteAddress, remotePort, sentBy]
  return Buffer.concat([numberedHead(CONNECTION, number), Buffer.from(facts.join('\n'), 'latin1')])
}

export function readConnection(message: Buffer): ConnectionFacts {
  const texts = message.toString('latin1', NUMBERED).split('\n')
  const [transport, localAddress = '', localPort, remoteAddress = '', remotePort, sentBy = ''] =
    texts
  return {
    transport: transport as TransportName,
    ...{ localAddress, localPort: Number(localPort) },
    ...{ remoteAddress, remotePort: Number(remotePort), sentBy },
  }
}
