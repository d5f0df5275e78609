/** Delay probe: a datagram that a socket sends to itself tells how long what arrives waits, in the system and here. */
import { isWildcard } from './listener.ts'

export interface DelayProbe {
  datagram(): Buffer
  /** Milliseconds since it was sent; undefined: it is something else. */
  delayOf(octets: Buffer): number | undefined
}

/** No SIP message begins so, and no keep-alive. */
const MARK = 0
const KEY_AT = 1
const KEY_BYTES = 16
const TIME_AT = KEY_AT + KEY_BYTES
const LENGTH = TIME_AT + 8

/** `key`: a secret, so that nobody else can make the service believe that it is late; the same in all processes that share the socket. */
export function createDelayProbe(key: Uint8Array): DelayProbe {
  const secret = Buffer.from(key).subarray(0, KEY_BYTES)
  return {
    datagram() {
      const octets = Buffer.alloc(LENGTH)
      octets[0] = MARK
      octets.set(secret, KEY_AT)
      // The clock since the system was started: the same in every process.
      octets.writeBigUInt64LE(process.hrtime.bigint(), TIME_AT)
      return octets
    },
    delayOf(octets) {
      const isOurs =
        octets.length === LENGTH &&
        octets[0] === MARK &&
        secret.equals(octets.subarray(KEY_AT, TIME_AT))
      if (!isOurs) return undefined
      return Number(process.hrtime.bigint() - octets.readBigUInt64LE(TIME_AT)) / 1e6
    },
  }
}

/** Where a socket that is bound there reaches itself. */
export function ownAddress(bound: string): string {
  if (!isWildcard(bound)) return bound
  return bound.includes(':') ? '::1' : '127.0.0.1'
}
