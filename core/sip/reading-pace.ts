/** Reading pace: a peer that asks faster than it is answered, or reads, waits in its own connection and slows nobody else. */
import type { Socket } from 'node:net'
import type { SipLimits } from './limits.ts'

/** Octets read at once by which a peer is known to have more. */
export const LARGE_CHUNK = 16 * 1024

/** Whether the peer is so far ahead that nothing more of it is read. `owed`: its requests that wait for their answers. */
export function isAhead(
  owed: number,
  { writableLength }: Socket,
  { unansweredRequests, unreadBytes }: SipLimits,
): boolean {
  return owed >= unansweredRequests || writableLength > unreadBytes
}
