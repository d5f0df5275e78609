/** Presence error: why a server did not publish for us or let us watch, in words that a person understands. */

/** What a failed request means for the next one. */
export type Prospect = 'temporary' | 'final'

export class PresenceError extends Error {
  override readonly name = 'PresenceError'
  /** The SIP status; undefined when there was no answer at all. */
  readonly status: number | undefined
  readonly prospect: Prospect

  constructor(message: string, status: number | undefined, prospect: Prospect) {
    super(message)
    this.status = status
    this.prospect = prospect
  }
}

/** Status codes after which the same request may succeed later. RFC 3261 §21.4, §21.5. */
const TEMPORARY = new Set([408, 430, 480, 491, 500, 502, 503, 504])

const WORDS: Partial<Record<number, string>> = {
  401: 'wrong password, or no such account',
  403: 'the server forbids it',
  404: 'no such address on this server',
  405: 'the server does not offer this service',
  406: 'the server cannot answer in a format understood here',
  407: 'wrong password, or no such account',
  408: 'no answer',
  415: 'the server does not take this kind of document',
  416: 'the server does not serve this kind of address',
  423: 'the server wants a longer lifetime than can be given',
  489: 'the server does not offer presence',
  500: 'the server failed',
  503: 'the server is unavailable',
}

/** @param reason the server's own words, or the transport's */
export function refusal(what: string, status: number, reason: string): PresenceError {
  const words = WORDS[status] ?? 'refused'
  const prospect = TEMPORARY.has(status) ? 'temporary' : 'final'
  return new PresenceError(`${what}: ${words} (${status} ${reason})`, status, prospect)
}

/** The server was not reached, or said nothing. */
export function noAnswer(what: string, detail: string): PresenceError {
  return new PresenceError(`${what}: ${detail}`, undefined, 'temporary')
}

export function clientClosed(what: string): PresenceError {
  return noAnswer(what, 'the client is closed')
}
