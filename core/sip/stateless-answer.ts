/** Answers for which nothing is kept: the same request gets the same answer, tag included. RFC 3261 §8.2.7. */
import type { SendingFlow } from './flow.ts'
import { OctetHash } from './octet-hash.ts'
import { sendResponse } from './response-way.ts'
import { responseHead } from './response-writer.ts'
import type { OutgoingResponse } from './sip-endpoint.ts'
import type { SipMessage } from './sip-message.ts'

const tagHash = new OctetHash()

export function answerStatelessly(
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
