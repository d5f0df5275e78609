/** How much peers may ask of the stack at once. */
import type { FrameLimits } from './stream-framing.ts'

export interface SipLimits extends FrameLimits {
  /** Beyond these new requests get 503 with Retry-After. */
  readonly serverTransactions: number
  /** Beyond these a request fails at once. */
  readonly clientTransactions: number
  /** All together, and from one address. */
  readonly connections: number
  readonly connectionsPerAddress: number
  /** Octets that wait because a peer does not read; beyond them its connection ends. */
  readonly unsentBytes: number
  /** Requests of one connection that wait for their answers, and octets of answers that its peer has not read; then it is read no further. */
  readonly unansweredRequests: number
  readonly unreadBytes: number
  /** Milliseconds for a message to arrive whole, and for a new connection to bring its first. */
  readonly messageTime: number
  /** Milliseconds without a sign of life, after which a connection may be closed. */
  readonly idleTime: number
  /** Milliseconds for a connection of ours to open. */
  readonly connectTime: number
  /** Milliseconds for the handshake of TLS, and for the request that opens a WebSocket. */
  readonly handshakeTime: number
  /** Milliseconds between the signs of life that a WebSocket is asked for. RFC 7118 §6. */
  readonly probeTime: number
}

export const DEFAULT_SIP_LIMITS: SipLimits = {
  headBytes: 64 * 1024,
  bodyBytes: 1024 * 1024,
  serverTransactions: 1_000_000,
  clientTransactions: 500_000,
  connections: 10_000,
  connectionsPerAddress: 1_000,
  unsentBytes: 4 * 1024 * 1024,
  unansweredRequests: 64,
  unreadBytes: 64 * 1024,
  messageTime: 30_000,
  // Longer than the longest subscription, whose refresh is a sign of life.
  idleTime: 2 * 3_600_000,
  connectTime: 4_000,
  handshakeTime: 10_000,
  // Proxies close a WebSocket that has been silent for a minute.
  probeTime: 30_000,
}
