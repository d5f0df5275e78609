/** Refusal: an error named by what the wire says, thrown anywhere and rendered here. RFC 3261 §21, RFC 3903 §11, RFC 6665 §8. */
import type { OutgoingResponse } from '../core/sip/sip-endpoint.ts'

interface RefusalOptions {
  /** Reason phrase in place of the standard one. */
  readonly reason?: string
  /** Header lines, each ended by CRLF. */
  readonly headers?: string
  /** Milliseconds to hold the answer back, so that guessing passwords is slow. */
  readonly delay?: number
}

export class Refusal extends Error {
  readonly response: OutgoingResponse
  readonly delay: number

  constructor(status: number, { reason, headers, delay = 0 }: RefusalOptions = {}) {
    super(reason ?? `SIP ${status}`)
    this.response = {
      status,
      ...(reason === undefined ? {} : { reason: printable(reason) }),
      ...(headers === undefined ? {} : { headers }),
    }
    this.delay = delay
  }
}

const LONGEST_REASON = 120

/** A reason may quote what a peer wrote: nothing of it may end the line. RFC 3261 §7.2. */
function printable(reason: string): string {
  return reason.replace(/[^\x20-\x7e]+/g, ' ').slice(0, LONGEST_REASON)
}

export const badRequest = (reason: string) => new Refusal(400, { reason })
export const forbidden = () => new Refusal(403)
export const notFound = () => new Refusal(404)
export const notAcceptable = () => new Refusal(406)
export const conditionalRequestFailed = () =>
  new Refusal(412, { reason: 'Conditional Request Failed' })
export const messageTooLarge = () => new Refusal(513)
export const bodyTooLarge = () => new Refusal(413)
export const unsupportedUriScheme = () => new Refusal(416)
export const noSuchSubscription = () => new Refusal(481)
export const outOfOrder = () => new Refusal(500, { reason: 'CSeq Out Of Order' })
export const internalError = () => new Refusal(500)

export const unauthorized = (challenges: readonly string[], delay: number) =>
  new Refusal(401, {
    headers: challenges.map((challenge) => `WWW-Authenticate: ${challenge}\r\n`).join(''),
    delay,
  })

export const methodNotAllowed = (allow: string) =>
  new Refusal(405, { headers: `Allow: ${allow}\r\n` })
export const notImplemented = (allow: string) =>
  new Refusal(501, { headers: `Allow: ${allow}\r\n` })

export const unsupportedMediaType = (accepted: string) =>
  new Refusal(415, { headers: `Accept: ${accepted}\r\n` })
export const unsupportedContentEncoding = (accepted: string) =>
  new Refusal(415, { headers: `Accept-Encoding: ${accepted}\r\n` })

export const badExtension = (tags: readonly string[]) =>
  new Refusal(420, { headers: `Unsupported: ${tags.join(', ')}\r\n` })

export const extensionRequired = (tag: string) =>
  new Refusal(421, { headers: `Require: ${tag}\r\n` })

export const intervalTooBrief = (minExpires: number) =>
  new Refusal(423, { reason: 'Interval Too Brief', headers: `Min-Expires: ${minExpires}\r\n` })

export const badEvent = (packages: string) =>
  new Refusal(489, { reason: 'Bad Event', headers: `Allow-Events: ${packages}\r\n` })

/** What a request is about cannot be had where it refers to. RFC 3261 §21.5.3 */
export const badGateway = (reason: string) => new Refusal(502, { reason })

const RETRY_AFTER = 5

export const serviceUnavailable = () =>
  new Refusal(503, { headers: `Retry-After: ${RETRY_AFTER}\r\n` })
