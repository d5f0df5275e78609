/** One SIP message as a trace keeps it. */
import type { Direction } from '../../core/sip/message-trace.ts'

export interface TraceMessage {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly direction: Direction
  /** As Via names it. What came by TLS is in clear here. */
  readonly transport: string
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  /** Without what could be used to sign in. */
  readonly octets: Buffer
}
