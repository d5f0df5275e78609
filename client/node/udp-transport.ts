/** SIP over UDP: one message a datagram, each request sent again until it is answered. RFC 3261 §17, §18. */
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import { SipMessage } from '../../core/sip/sip-message.ts'
import { systemClock, type ClientClock } from '../client-clock.ts'
import type { SipReceiver, SipTransport } from '../sip-transport.ts'
import { createAnsweredRequests } from './answered-requests.ts'
import { createRetransmissions } from './retransmissions.ts'
import { sipServerText, type SipServer } from './sip-server.ts'
import { openUdpSockets, type UdpSockets } from './udp-sockets.ts'

export function createUdpTransport(
  server: SipServer,
  clock: ClientClock = systemClock,
): SipTransport {
  const requests = createRetransmissions(clock)
  const answers = createAnsweredRequests(clock)
  let sockets: UdpSockets | undefined
  let receiver: SipReceiver | undefined
  let refused = false

  function transmit(bytes: Buffer): void {
    sockets?.send(bytes).catch((error: unknown) => {
      const reason = error instanceof Error ? error : new Error(String(error))
      requests.fail(reason)
      // Otherwise the system takes nothing from this socket any more: its address has gone, or the network.
      if (!isTooLarge(error)) receiver?.closed(reason)
    })
  }

  function receive(bytes: Buffer): void {
    const message = parseSipMessage(bytes, { stream: false })
    if (!(message instanceof SipMessage)) return
    const key = transactionKey(message)
    if (!message.isRequest) requests.answered(key, message.status)
    else if (!answers.isNew(key, transmit)) return
    receiver?.message(textOf(message))
  }

  return {
    protocol: 'UDP',
    async open(to) {
      sockets = await openUdpSockets(server, {
        message: receive,
        refused: () => {
          refused = true
          requests.fail(noListener(server))
        },
      })
      if (refused) throw noListener(server)
      receiver = to
      return { host: sockets.local.address, port: sockets.local.port }
    },
    send(text) {
      const bytes = Buffer.from(text)
      const message = parseSipMessage(bytes, { stream: false })
      if (!(message instanceof SipMessage)) return Promise.reject(new Error('not a SIP message'))
      const key = transactionKey(message)
      if (message.isRequest) return sendRequest(key, bytes)
      answers.answered(key, bytes)
      transmit(bytes)
      return Promise.resolve()
    },
    close() {
      receiver = undefined
      requests.stop()
      sockets?.close()
      sockets = undefined
      return Promise.resolve()
    },
  }

  function sendRequest(key: string, bytes: Buffer): Promise<void> {
    let sent = 0
    return requests.send(key, () => {
      transmit(bytes)
      if (sent++ > 0) sockets?.probe()
    })
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

function noListener(server: SipServer): Error {
  return new Error(`nothing listens at ${sipServerText(server)}`)
}

function isTooLarge(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'EMSGSIZE'
}
