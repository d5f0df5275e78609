/** Nonces that carry their time of issue and a signature, so that a challenge costs no memory. RFC 7616 §3.3, §5.4. */
import { sameText } from './digest-response.ts'

export interface NonceMint {
  issue(now: number): string
  /** When the nonce was issued, in milliseconds; undefined when it is none of ours. */
  issuedAt(nonce: string): number | undefined
}

const TIME_DIGITS = 12
const COUNT_DIGITS = 8
const SIGNATURE_DIGITS = 24
const CONTENT_DIGITS = TIME_DIGITS + COUNT_DIGITS

/** `sign`: a keyed hash; nonces are good for every holder of the same key. `since`: none is dated before it. */
export function createNonceMint(sign: (text: string) => Uint8Array, since = 0): NonceMint {
  let latest = since
  // Begins anywhere, so that two servers with one key seldom issue the same nonce.
  let count = globalThis.crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
  const signature = (content: string) => hexadecimal(sign(`nonce:${content}`), SIGNATURE_DIGITS)
  return {
    issue: (now) => {
      count = (count + 1) >>> 0
      // A clock that is set back must not date new nonces before those that are not taken any more.
      latest = Math.max(latest, now)
      const content = digits(latest, TIME_DIGITS) + digits(count, COUNT_DIGITS)
      return content + signature(content)
    },
    issuedAt: (nonce) => {
      if (nonce.length !== CONTENT_DIGITS + SIGNATURE_DIGITS) return undefined
      const content = nonce.slice(0, CONTENT_DIGITS)
      if (!sameText(nonce.slice(CONTENT_DIGITS), signature(content))) return undefined
      return issueTime(content)
    },
  }
}

/** When a nonce of ours was issued, in milliseconds; its signature has been checked before. */
export function issueTime(nonce: string): number {
  return Number.parseInt(nonce.slice(0, TIME_DIGITS), 16)
}

function digits(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}

function hexadecimal(bytes: Uint8Array, length: number): string {
  let text = ''
  for (const byte of bytes.subarray(0, length / 2)) text += digits(byte, 2)
  return text
}
