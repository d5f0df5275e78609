/** A request in the hands of the endpoint's user, to be answered once. RFC 3261 §8.2.6. */
import type { SendingFlow } from './flow.ts'
import { randomToken } from './random-token.ts'
import { sendResponse } from './response-way.ts'
import { responseHead } from './response-writer.ts'
import type { ServerTransactions } from './server-transactions.ts'
import type { SipCounts } from './sip-counts.ts'
import type { IncomingRequest, OutgoingResponse } from './sip-endpoint.ts'
import type { SipMessage } from './sip-message.ts'

interface Transaction {
  readonly id: number
  readonly generation: number
}

interface Stack {
  readonly server: ServerTransactions
  readonly counts: SipCounts
}

/** A class: there is one for every request. */
export class ServerRequest implements IncomingRequest {
  readonly message: SipMessage
  readonly flow: SendingFlow
  readonly #stack: Stack
  readonly #transaction: Transaction
  #answered = false

  constructor(message: SipMessage, flow: SendingFlow, stack: Stack, transaction: Transaction) {
    this.message = message
    this.flow = flow
    this.#stack = stack
    this.#transaction = transaction
    flow.owe?.()
  }

  respond(response: OutgoingResponse): void {
    if (this.#answered) return
    this.#answered = true
    const head = responseHead(this.message, this.flow, response, response.toTag ?? randomToken())
    const { server, counts } = this.#stack
    counts.answered.add(this.message.method, response.status)
    const bytes = server.complete(this.#transaction, head, response.body, this.flow)
    if (bytes) sendResponse(this.message, this.flow, bytes)
    this.flow.settle?.()
  }
}
