/** SIP over UDP: one message a datagram, each request sent again until it is answered. RFC 3261 §17, §18. */
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import { SipMessage } from '../../core/sip/sip-message.ts'
import { systemClock, type ClientClock } from '../client-clock.ts'
import type { LocalAddress, SipReceiver, SipTransport } from '../sip-transport.ts'
import { createAnsweredRequests, type AnsweredRequests } from './answered-requests.ts'
import { createRetransmissions, type Retransmissions } from './retransmissions.ts'
import { sipServerText, type SipServer } from './sip-server.ts'
import { openUdpSockets, type UdpSockets } from './udp-sockets.ts'

export function createUdpTransport(
  server: SipServer,
  clock: ClientClock = systemClock,
): SipTransport {
  return new UdpTransport(server, clock)
}

class UdpTransport implements SipTransport {
  readonly protocol = 'UDP'
  readonly #server: SipServer
  readonly #requests: Retransmissions
  readonly #answers: AnsweredRequests
  #sockets: UdpSockets | undefined
  #receiver: SipReceiver | undefined
  #refused = false

  constructor(server: SipServer, clock: ClientClock) {
    this.#server = server
    this.#requests = createRetransmissions(clock)
    this.#answers = createAnsweredRequests(clock)
  }

  async open(receiver: SipReceiver): Promise<LocalAddress> {
    this.#sockets = await openUdpSockets(this.#server, {
      message: (bytes) => {
        this.#receive(bytes)
      },
      refused: () => {
        this.#refused = true
        this.#requests.fail(this.#noListener())
      },
    })
    if (this.#refused) throw this.#noListener()
    this.#receiver = receiver
    return { host: this.#sockets.local.address, port: this.#sockets.local.port }
  }

  send(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    const message = parseSipMessage(bytes, { stream: false })
    if (!(message instanceof SipMessage)) return Promise.reject(new Error('not a SIP message'))
    const key = transactionKey(message)
    if (message.isRequest) return this.#sendRequest(key, bytes)
    this.#answers.answered(key, bytes)
    this.#transmit(bytes)
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#receiver = undefined
    this.#requests.stop()
    this.#sockets?.close()
    this.#sockets = undefined
    return Promise.resolve()
  }

  #sendRequest(key: string, bytes: Buffer): Promise<void> {
    let sent = 0
    return this.#requests.send(key, () => {
      this.#transmit(bytes)
      if (sent++ > 0) this.#sockets?.probe()
    })
  }

  #transmit(bytes: Buffer): void {
    this.#sockets?.send(bytes).catch((error: unknown) => {
      const reason = error instanceof Error ? error : new Error(String(error))
      this.#requests.fail(reason)
      // Otherwise the system takes nothing from this socket any more: its address has gone, or the network.
      if (!isTooLarge(error)) this.#receiver?.closed(reason)
    })
  }

  #receive(bytes: Buffer): void {
    const message = parseSipMessage(bytes, { stream: false })
    if (!(message instanceof SipMessage)) return
    const key = transactionKey(message)
    if (!message.isRequest) this.#requests.answered(key, message.status)
    else if (!this.#isNew(key)) return
    this.#receiver?.message(textOf(message))
  }

  #isNew(key: string): boolean {
    return this.#answers.isNew(key, (response) => {
      this.#transmit(response)
    })
  }

  #noListener(): Error {
    return new Error(`nothing listens at ${sipServerText(this.#server)}`)
  }
}

/** The same for a request and its responses. RFC 3261 §17.1.3, §17.2.3; without a branch RFC 2543's own. */
function transactionKey(message: SipMessage): string {
  const { sentBy, branch } = message.topVia
  const { number, method } = message.cseq
  return `${method} ${sentBy} ${branch ?? `${message.callId} ${message.fromTag} ${number}`}`
}

/** Header fields and bodies are UTF-8. RFC 3261 §7. */
function textOf(message: SipMessage): string {
  const head = Buffer.from(message.head, 'latin1').toString()
  return `${head}\r\n${message.body.toString()}`
}

function isTooLarge(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'EMSGSIZE'
}
