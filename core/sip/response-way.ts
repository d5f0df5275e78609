/** The way a response takes back. RFC 3261 §18.2.2; RFC 3581 §4. */
import type { SendingFlow } from './flow.ts'
import { responsePort } from './response-writer.ts'
import type { SipMessage } from './sip-message.ts'
import { TRANSPORTS } from './transport.ts'

/** On the connection of the request; over UDP to its source address. */
export function sendResponse(request: SipMessage, flow: SendingFlow, bytes: Buffer): void {
  if (TRANSPORTS[flow.transport].connected) {
    flow.send(bytes)
    return
  }
  const port = responsePort(request, flow)
  if (port === flow.remotePort) flow.send(bytes)
  else flow.toPort?.(port).send(bytes)
}
