/** UDP sockets of the load: requests matched with their responses by branch, NOTIFYs answered. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { field, okTo } from './sip-messages.ts'

/** Timer T1, RFC 3261 §17.1.1.1: a lost datagram must not end the run. */
const RETRANSMIT_AFTER = 500

export interface SipExchange {
  /** Port of a socket, where its NOTIFYs arrive. */
  port(socket: number): number
  /** Sends the request that `write` makes for a branch; `answered` gets its final response. */
  request(socket: number, write: (branch: string) => Buffer, answered: (text: string) => void): void
  readonly retransmissions: () => number
  readonly close: () => void
}

interface Outstanding {
  readonly socket: Socket
  readonly bytes: Buffer
  readonly answered: (text: string) => void
  lastSent: number
}

export async function createSipExchange(
  server: number,
  count: number,
  onNotify: (text: string) => void,
): Promise<SipExchange> {
  const outstanding = new Map<string, Outstanding>()
  const sockets = await Promise.all(Array.from({ length: count }, () => connected(server)))
  const socketOf = (number: number) => sockets[number % count] as Socket
  let branches = 0
  let retransmissions = 0

  const receive = (socket: Socket, text: string) => {
    if (text.startsWith('NOTIFY ')) {
      socket.send(okTo(text))
      onNotify(text)
      return
    }
    const branch = field(text, /branch=([^;\r]+)/)
    const one = outstanding.get(branch)
    if (!one || text.startsWith('SIP/2.0 1')) return
    if (!text.startsWith('SIP/2.0 200')) throw new Error(`unexpected answer:\n${text}`)
    outstanding.delete(branch)
    one.answered(text)
  }
  for (const socket of sockets) {
    socket.on('message', (bytes) => {
      receive(socket, bytes.toString('latin1'))
    })
  }

  const timer = setInterval(() => {
    const now = performance.now()
    for (const one of outstanding.values()) {
      if (now - one.lastSent < RETRANSMIT_AFTER) continue
      one.lastSent = now
      retransmissions++
      one.socket.send(one.bytes)
    }
  }, 50)

  return {
    port: (number) => socketOf(number).address().port,
    request(number, write, answered) {
      const branch = `z9hG4bKb${++branches}`
      const [socket, bytes] = [socketOf(number), write(branch)]
      outstanding.set(branch, { socket, bytes, answered, lastSent: performance.now() })
      socket.send(bytes)
    },
    retransmissions: () => retransmissions,
    close() {
      clearInterval(timer)
      for (const socket of sockets) socket.close()
    },
  }
}

async function connected(port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}
