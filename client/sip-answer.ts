/** SIP answer: how a request ended, be it the server's response, silence, or a broken connection. RFC 3261 §8.1.3.1. */
import type { IncomingResponse } from 'sip.js/lib/core/index.js'
import { noAnswer, refusal, type PresenceError } from './presence-error.ts'

export interface SipAnswer {
  readonly status: number
  readonly reason: string
  /** False where sip.js made the response up: 408 for silence, 503 for a broken transport. */
  readonly fromServer: boolean
  header(name: string): string | undefined
}

export function sipAnswer({ message }: IncomingResponse): SipAnswer {
  return {
    status: message.statusCode ?? 0,
    reason: message.reasonPhrase ?? '',
    fromServer: message.hasHeader('CSeq'),
    header: (name) => message.getHeader(name),
  }
}

/** The connection broke while the request was under way. */
export const CONNECTION_LOST: SipAnswer = {
  status: 503,
  reason: 'Connection Lost',
  fromServer: false,
  header: () => undefined,
}

/** Whole seconds that a field holds; undefined when it is absent or no such number. RFC 3261 §25.1 delta-seconds. */
export function secondsIn(answer: SipAnswer, name: string): number | undefined {
  const digits = /^\s*(\d{1,10})(?![\d.])/.exec(answer.header(name) ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** @param lastFailure what the transport last complained of */
export function errorOf(what: string, answer: SipAnswer, lastFailure: string): PresenceError {
  if (answer.fromServer) return refusal(what, answer.status, answer.reason)
  const silence = answer.status === 408
  return noAnswer(what, silence || lastFailure === '' ? 'no answer' : lastFailure)
}
