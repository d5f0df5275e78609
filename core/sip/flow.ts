/** A flow as the transports make it: what the stack sends along. RFC 3261 §18. */
import type { Flow } from './sip-endpoint.ts'

export interface SendingFlow extends Flow {
  /** `host:port` for the Via of requests that leave along it. */
  readonly sentBy: string
  /** The octets must not change before the flow is flushed. False: the flow has ended. */
  send(bytes: Buffer): boolean
  /** The same peer at another port; UDP only. */
  toPort?(port: number): SendingFlow
  /** A request came along: a connection stays open for its response. */
  owe?(): void
  /** The response to it has left. */
  settle?(): void
}

/** One message, or what a peer sent in its place, with the way it came. The octets are valid until the end of the turn. */
export type Receive = (bytes: Buffer, flow: SendingFlow) => void

export function isSendingFlow(flow: object): flow is SendingFlow {
  return 'send' in flow && 'sentBy' in flow
}
