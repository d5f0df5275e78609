/** Message party: what a SIP message is, and who is at the other end of it: From of what others ask, To of what is asked of them. RFC 3261 §8.1.1. */
import { parseAor } from '../../core/uri/aor.ts'

export interface MessageParty {
  /** Of a request. */
  readonly method: string | undefined
  /** Of a response; 0 of a request. */
  readonly status: number
  readonly address: string | undefined
}

/** Octets in which first line, From and To are looked for. */
const HEAD = 4_096
const REQUEST = /^([A-Z]+) \S+ SIP\/2\.0\r\n/
const RESPONSE = /^SIP\/2\.0 ([1-6]\d\d)/
const FROM = /^(?:from|f)[ \t]*:([^\r\n]*)/im
const TO = /^(?:to|t)[ \t]*:([^\r\n]*)/im
const URI = /(sips?:[^;>\s]+)/i

export function messageParty(octets: Uint8Array, direction: 'in' | 'out'): MessageParty {
  const length = Math.min(octets.length, HEAD)
  const text = Buffer.from(octets.buffer, octets.byteOffset, length).toString('latin1')
  const method = REQUEST.exec(text)?.[1]
  const isAskedByOthers = (method !== undefined) === (direction === 'in')
  const field = (isAskedByOthers ? FROM : TO).exec(text)?.[1] ?? ''
  const uri = URI.exec(field)?.[1]
  return {
    method,
    status: Number(RESPONSE.exec(text)?.[1] ?? 0),
    address: uri === undefined ? undefined : parseAor(uri),
  }
}
