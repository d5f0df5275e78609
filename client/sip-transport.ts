/** What carries SIP messages between the client and its server: UDP, TCP, or a WebSocket. RFC 3261 §18, RFC 7118. */

export interface SipTransport {
  /** As Via spells it. */
  readonly protocol: 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS'
  /** Resolves when messages can be sent; rejects with an Error whose message names the server. Called once. */
  open(receiver: SipReceiver): Promise<LocalAddress>
  /** Resolves when the message has been handed over, rejects when it certainly never arrives. */
  send(message: string): Promise<void>
  /** Harmless when closed already. */
  close(): Promise<void>
}

export interface SipReceiver {
  /** One whole SIP message. */
  message(text: string): void
  /** The connection ended by itself; not called after `close`. */
  closed(reason: Error): void
}

/** Where the server finds this client: for Via and Contact. */
export interface LocalAddress {
  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  readonly host: string
  readonly port?: number
}

/** A new transport to the same server, for each attempt to connect. */
export type SipTransportFactory = () => SipTransport
