/** Decides what becomes of each message that arrives. RFC 3261 §8.2, §9.2, §17.2, §18. */
import type { ClientTransactions } from './client-transactions.ts'
import type { Receive, SendingFlow } from './flow.ts'
import { parseSipMessage, type Framing, type SipProblem } from './parse-sip-message.ts'
import { sendResponse } from './response-way.ts'
import { ServerRequest } from './server-request.ts'
import type { ServerTransactions } from './server-transactions.ts'
import type { SipCounts } from './sip-counts.ts'
import type { IncomingRequest, OutgoingResponse } from './sip-endpoint.ts'
import type { SipMessage } from './sip-message.ts'
import { answerStatelessly } from './stateless-answer.ts'
import type { Log } from './surroundings.ts'
import type { TransportName } from './transport.ts'

interface ReceiverParts {
  readonly server: ServerTransactions
  readonly client: ClientTransactions
  readonly allow: string
  readonly log: Log
  readonly counts: SipCounts
  readonly onRequest: readonly ((request: IncomingRequest) => void)[]
}

/** Where a message ends. RFC 3261 §18.3, RFC 7118 §5. */
const DATAGRAM: Framing = { stream: false, passing: true }
const STREAM: Framing = { stream: true }
const FRAME: Framing = { stream: false, exact: true }
const FRAMINGS: Readonly<Record<TransportName, Framing>> = {
  UDP: DATAGRAM,
  TCP: STREAM,
  TLS: STREAM,
  WS: FRAME,
  WSS: FRAME,
}

/** Overload passes in seconds; those who were refused together must not come back together. */
const retryAfter = () => `Retry-After: ${5 + Math.floor(Math.random() * 10)}\r\n`

export function createMessageReceiver(parts: ReceiverParts): Receive {
  const { client, counts, log } = parts
  return (bytes, flow) => {
    const parsed = parseSipMessage(bytes, FRAMINGS[flow.transport])
    if ('problem' in parsed) {
      log.debug({ problem: parsed.problem, peer: flow.remoteAddress }, 'malformed SIP message')
      counts.malformed++
      refuse(parsed, flow, parts)
    } else if (parsed.isRequest) dispatch(parsed, flow, parts)
    // A response with several Via values went astray. RFC 3261 §8.1.3.3.
    else if (parsed.count('via') === 1) client.receive(parsed)
  }
}

/** For a request that is not looked at: whoever could serve it cannot keep up. */
export const refuseForNow: Receive = (bytes, flow) => {
  const parsed = parseSipMessage(bytes, FRAMINGS[flow.transport])
  if ('problem' in parsed || !parsed.isRequest || parsed.method === 'ACK') return
  answerStatelessly(parsed, flow, { status: 503, headers: retryAfter() })
}

function refuse(
  { problem, status, request }: SipProblem,
  flow: SendingFlow,
  { allow, counts }: ReceiverParts,
): void {
  if (!request || status === undefined || request.method === 'ACK') return
  // Without Via nobody knows where the answer belongs. RFC 3261 §8.2.6.2.
  if (request.header('via') === undefined) return
  const headers = status === 501 ? `Allow: ${allow}\r\n` : ''
  const reason = status === 400 && { reason: problem }
  answer(request, flow, { status, headers, ...reason }, counts)
}

function answer(
  request: SipMessage,
  flow: SendingFlow,
  response: OutgoingResponse,
  counts: SipCounts,
): void {
  counts.answered.add(request.method, response.status)
  answerStatelessly(request, flow, response)
}

function dispatch(request: SipMessage, flow: SendingFlow, parts: ReceiverParts): void {
  switch (request.method) {
    // It ends an INVITE that was refused without keeping state: nothing waits for it.
    case 'ACK':
      return
    // No calls here. RFC 3261 §8.2.1, §8.2.7.
    case 'INVITE':
      answer(request, flow, { status: 405, headers: `Allow: ${parts.allow}\r\n` }, parts.counts)
      return
    // Only an INVITE could be cancelled. RFC 3261 §9.2.
    case 'CANCEL':
      answer(request, flow, { status: 481 }, parts.counts)
      return
    default:
      admit(request, flow, parts)
  }
}

function admit(request: SipMessage, flow: SendingFlow, parts: ReceiverParts): void {
  const { server, counts, onRequest } = parts
  const admission = server.admit(request, flow)
  switch (admission.kind) {
    case 'new': {
      const incoming = new ServerRequest(request, flow, { server, counts }, admission)
      for (const handler of onRequest) handler(incoming)
      return
    }
    case 'answered':
      counts.repeated++
      sendResponse(request, flow, admission.response)
      return
    case 'merged':
      answer(request, flow, { status: 482 }, counts)
      return
    case 'overload':
      answer(request, flow, { status: 503, headers: retryAfter() }, counts)
      return
    case 'pending':
      counts.repeated++
  }
}
