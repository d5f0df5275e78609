/** The SIP stack as its user sees it: requests come in, responses and requests go out. RFC 3261 §17, §18. */
import type { PreparedHeaders } from './octet-text.ts'
import type { SipMessage } from './sip-message.ts'
import type { TransportName } from './transport.ts'

/** A connection, or a UDP source, that a client can be reached on. RFC 5626 §3.1. */
export interface Flow {
  readonly transport: TransportName
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  /** False once the connection has ended; a UDP flow is always alive. */
  readonly alive: boolean
}

export interface IncomingRequest {
  /** Stays valid for as long as it is held. */
  readonly message: SipMessage
  readonly flow: Flow
  /** Sends a final response, once; retransmissions of the request are answered with it from then on. */
  respond(response: OutgoingResponse): void
}

export interface OutgoingResponse {
  readonly status: number
  /** The standard phrase when absent. */
  readonly reason?: string
  /** Put into the To of the request when it has none; a fresh one when absent. */
  readonly toTag?: string
  /** Further header lines, each ended by CRLF. Via, From, To, Call-ID, CSeq, Content-Length are the endpoint's. */
  readonly headers?: string
  readonly body?: Uint8Array
}

export interface OutgoingRequest {
  readonly method: string
  readonly requestUri: string
  /** Where to send it: along a flow, or to an address for which a connection is found or opened. */
  readonly destination: Flow | Destination
  /** Tried before it when the request is larger than 1300 bytes: a connection, or where one may be had. RFC 3261 §18.1.1. */
  readonly whenLarge?: Flow | Destination
  /** Header lines that many requests share, as prepareHead makes them: they are written as they are. */
  readonly prepared?: PreparedHeaders
  /** All other header lines but Via and Content-Length, each ended by CRLF. */
  readonly headers: string
  readonly body?: Uint8Array
}

/** A WebSocket is opened by the client alone, so it leads nowhere from here. RFC 7118 §5. */
export interface Destination {
  readonly transport: Exclude<TransportName, 'WS' | 'WSS'>
  /** A name or an address. Over TLS the peer must prove that it is this one. RFC 5922 §7. */
  readonly host: string
  readonly port: number
  /** Only over UDP may a request be larger than 1300 bytes for want of TCP. RFC 3261 §18.1.1. */
  readonly preferTcpWhenLarge?: boolean
}

/** How a client transaction ended. */
export type RequestOutcome =
  | { readonly kind: 'response'; readonly response: SipMessage }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'transport-error'; readonly reason: string }

export interface SipEndpoint {
  /** Opens every listener or none; rejects naming the address that cannot be had. */
  start(): Promise<void>
  /** Stops listening, ends connections and forgets transactions. */
  stop(): Promise<void>
  /** Non-INVITE requests, each once. ACK, CANCEL and INVITE are dealt with inside. */
  onRequest(handler: (request: IncomingRequest) => void): void
  /** After all messages that one event-loop turn received. */
  onTurnEnd(handler: () => void): void
  onFlowClosed(handler: (flow: Flow) => void): void
  /** Starts a non-INVITE client transaction; final responses and time-outs come to `done`, once. */
  request(request: OutgoingRequest, done: (outcome: RequestOutcome) => void): void
  /** `host:port` that a peer reaches this endpoint at over a flow: for Contact. Advertised where configured. */
  contactAddress(flow: Pick<Flow, 'transport' | 'localAddress' | 'localPort'>): string
  /**
   * A fresh tag for a dialog: later requests in it find this worker by the tag. `request`: the one that opens the dialog;
   * absent: this side opens it.
   */
  dialogTag(request?: SipMessage): string
  /** The live flow that a record describes, if there is one: always for UDP, an open connection for the others. */
  findFlow(
    record: Omit<Flow, 'alive' | 'transport'> & { readonly transport: string },
  ): Flow | undefined
}
