/** Decides what becomes of each message that arrives. RFC 3261 §8.2, §9.2, §17.2, §18. */
import type { ClientTransactions } from './client-transactions.ts'
import type { SendingFlow } from './flow.ts'
import { OctetHash } from './octet-hash.ts'
import { parseSipMessage } from './parse-sip-message.ts'
import { randomToken } from './random-token.ts'
import { responseHead } from './response-writer.ts'
import type { ServerTransactions } from './server-transactions.ts'
import type { IncomingRequest, OutgoingResponse } from './sip-endpoint.ts'
import type { SipMessage } from './sip-message.ts'
import type { Log } from './surroundings.ts'
import { sendResponse } from './response-way.ts'

interface ReceiverParts {
  readonly server: ServerTransactions
  readonly client: ClientTransactions
  readonly allow: string
  readonly log: Log
  readonly requestHandlers: readonly ((request: IncomingRequest) => void)[]
}

/** Overload passes in seconds. */
const RETRY_AFTER = 'Retry-After: 5\r\n'

export function createMessageReceiver(parts: ReceiverParts): {
  receive(bytes: Buffer, flow: SendingFlow): void
} {
  const { server, client, allow, log, requestHandlers } = parts

  const dispatch = (request: SipMessage, flow: SendingFlow) => {
    switch (request.method) {
      // It ends an INVITE that was refused statelessly: nothing waits for it.
      case 'ACK':
        return
      // No calls here. RFC 3261 §8.2.7 allows to refuse them without keeping state.
      case 'INVITE':
        answerStatelessly(request, flow, { status: 405, headers: `Allow: ${allow}\r\n` })
        return
      // Only an INVITE could be cancelled. RFC 3261 §9.2.
      case 'CANCEL':
        answerStatelessly(request, flow, { status: 481 })
        return
      default:
        admit(request, flow)
    }
  }

  const admit = (request: SipMessage, flow: SendingFlow) => {
    const admission = server.admit(request)
    switch (admission.kind) {
      case 'new':
        flow.owe?.()
        handOver(new ServerRequest(request, flow, server, admission))
        return
      case 'answered':
        sendResponse(request, flow, admission.response)
        return
      case 'merged':
        answerStatelessly(request, flow, { status: 482 })
        return
      case 'overload':
        answerStatelessly(request, flow, { status: 503, headers: RETRY_AFTER })
        return
      case 'pending':
    }
  }

  const handOver = (request: ServerRequest) => {
    for (const handler of requestHandlers) handler(request)
  }

  return {
    receive(bytes, flow) {
      const parsed = parseSipMessage(bytes, { stream: flow.transport === 'TCP' })
      if ('problem' in parsed) {
        const { problem, status, request } = parsed
        log.debug({ problem, peer: flow.remoteAddress }, 'malformed SIP message')
        if (request && status !== undefined) refuse(request, flow, status, problem, allow)
      } else if (parsed.isRequest) dispatch(parsed, flow)
      else if (parsed.count('via') === 1) client.receive(parsed)
    },
  }
}

function refuse(
  request: SipMessage,
  flow: SendingFlow,
  status: number,
  reason: string,
  allow: string,
): void {
  // Nobody answers an ACK; and without Via nobody knows how. RFC 3261 §17.1.1.3, §8.2.6.2.
  if (request.method === 'ACK' || request.header('via') === undefined) return
  const headers = status === 501 ? `Allow: ${allow}\r\n` : ''
  answerStatelessly(request, flow, { status, headers, ...(status === 400 && { reason }) })
}

const tagHash = new OctetHash()

/** The same request gets the same answer, tag included, though nothing is kept. RFC 3261 §8.2.7. */
function answerStatelessly(
  request: SipMessage,
  flow: SendingFlow,
  response: OutgoingResponse,
): void {
  const hash = tagHash.reset().add(request.callId).add(request.fromTag)
  const tag = hash
    .add(request.topVia.branch ?? '')
    .finish()
    .toString()
  sendResponse(request, flow, Buffer.from(responseHead(request, flow, response, tag), 'latin1'))
}

/** A class: there is one for every request. */
class ServerRequest implements IncomingRequest {
  readonly message: SipMessage
  readonly flow: SendingFlow
  readonly #server: ServerTransactions
  readonly #transaction: { id: number; generation: number }
  #answered = false

  constructor(
    message: SipMessage,
    flow: SendingFlow,
    server: ServerTransactions,
    transaction: { id: number; generation: number },
  ) {
    this.message = message
    this.flow = flow
    this.#server = server
    this.#transaction = transaction
  }

  respond(response: OutgoingResponse): void {
    if (this.#answered) return
    this.#answered = true
    const head = responseHead(this.message, this.flow, response, response.toTag ?? randomToken())
    const bytes = this.#server.complete(this.#transaction, head, response.body, this.flow)
    if (bytes) sendResponse(this.message, this.flow, bytes)
    this.flow.settle?.()
  }
}
