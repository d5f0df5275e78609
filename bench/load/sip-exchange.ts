/** The load's SIP: requests matched with their responses by branch, NOTIFYs answered. */
import { openDatagrams } from './open-datagrams.ts'
import { createTrafficCount, type Traffic } from './traffic.ts'
import { BRANCH, branchNumber, okTo } from './sip-messages.ts'

/** Timer T1, RFC 3261 §17.1.1.1: a lost datagram must not end the run. */
const RETRANSMIT_AFTER = 500

export interface SipExchange {
  /** Port of a socket, where its NOTIFYs arrive. */
  port(socket: number): number
  /** Sends the request that `write` makes for a branch; `answered` gets its final response. */
  request(socket: number, write: (branch: string) => string, answered: Answered): void
  readonly retransmissions: () => number
  readonly traffic: () => Traffic
  readonly close: () => void
}

type Answered = (response: string) => void

interface Outstanding {
  readonly socket: number
  readonly text: string
  readonly answered: Answered
  lastSent: number
}

export async function createSipExchange(
  server: number,
  sockets: number,
  onNotify: (text: string) => void,
): Promise<SipExchange> {
  const outstanding = new Map<number, Outstanding>()
  const traffic = createTrafficCount()
  let branches = 0
  let retransmissions = 0

  const send = (socket: number, text: string) => {
    traffic.add(text)
    datagrams.send(socket, text)
  }
  const receive = (socket: number, text: string) => {
    traffic.add(text)
    if (text.startsWith('NOTIFY ')) {
      send(socket, okTo(text))
      onNotify(text)
      return
    }
    if (text.startsWith('SIP/2.0 1')) return
    const branch = branchNumber(text)
    const one = outstanding.get(branch)
    if (!one) return
    outstanding.delete(branch)
    one.answered(text)
  }
  const datagrams = await openDatagrams(server, sockets, receive)

  const timer = setInterval(() => {
    const now = performance.now()
    for (const one of outstanding.values()) {
      if (now - one.lastSent < RETRANSMIT_AFTER) continue
      one.lastSent = now
      retransmissions++
      send(one.socket, one.text)
    }
  }, 50)

  return {
    port: (socket) => datagrams.port(socket),
    request(socket, write, answered) {
      const branch = ++branches
      const text = write(BRANCH + String(branch))
      outstanding.set(branch, { socket, text, answered, lastSent: performance.now() })
      send(socket, text)
    },
    retransmissions: () => retransmissions,
    traffic: traffic.soFar,
    close() {
      clearInterval(timer)
      datagrams.close()
    },
  }
}
