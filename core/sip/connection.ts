/** A connection as a flow, and what it tells whoever keeps it. RFC 3261 §18; RFC 5626 §3.5. */
import type { SendingFlow } from './flow.ts'
import type { MessageTrace } from './message-trace.ts'
import type { Clock } from './surroundings.ts'

export interface Connection extends SendingFlow {
  readonly number: number
  /** Milliseconds since the epoch. */
  readonly lastActivity: number
  /** Rises with every message, so that a deadline knows whether it is about the same one. */
  readonly messages: number
  /** Part of a message has come. */
  readonly unfinished: boolean
  /** Whom the peer has proved to be: the host that a connection of ours was opened to. RFC 5922 §7.3. */
  readonly peerName?: string
  /** Asks for a sign of life where the peer must give one; without any since the last time the connection ends. */
  probe?(): void
  /** After what was sent is out. */
  end(): void
  destroy(): void
}

export interface ConnectionEvents {
  onMessage(bytes: Buffer, connection: Connection): void
  /** A message has begun; it must be whole before long. */
  onUnfinished(connection: Connection): void
  onEnd(connection: Connection): void
  readonly trace: MessageTrace
  now(): number
  after: Clock['after']
}

/** IPv4 within IPv6 is written as the IPv4 address it is. */
export function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
