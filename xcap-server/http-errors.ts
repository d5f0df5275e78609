/** Refusals of HTTP, one class per status code: thrown anywhere, rendered in error-replies.ts. RFC 9110 §15. */
import type { HeaderFields } from './reply.ts'

export interface HttpErrorDetails {
  /** For the person at the other end; nothing of the service's inside. */
  readonly phrase: string
  readonly headers?: HeaderFields
}

export abstract class HttpError extends Error {
  abstract readonly status: number
  readonly phrase: string
  readonly headers: HeaderFields

  constructor({ phrase, headers }: HttpErrorDetails) {
    super(phrase)
    this.phrase = phrase
    this.headers = headers ?? {}
  }
}

export class BadRequest extends HttpError {
  override readonly name = 'BadRequest'
  readonly status = 400
}

const SIGN_IN = 'Sign in with the address and password of your account.'

export class Unauthorized extends HttpError {
  override readonly name = 'Unauthorized'
  readonly status = 401
  /** Milliseconds that the answer must wait. */
  readonly delay: number

  constructor(challenge: readonly string[], delay: number, phrase = SIGN_IN) {
    super({ phrase, headers: { 'WWW-Authenticate': [...challenge] } })
    this.delay = delay
  }
}

export class Forbidden extends HttpError {
  override readonly name = 'Forbidden'
  readonly status = 403
}

export class NotFound extends HttpError {
  override readonly name = 'NotFound'
  readonly status = 404

  constructor() {
    super({ phrase: 'There is nothing at this address.' })
  }
}

export class MethodNotAllowed extends HttpError {
  override readonly name = 'MethodNotAllowed'
  readonly status = 405

  constructor(allow: string) {
    super({ phrase: `This address takes only ${allow}.`, headers: { Allow: allow } })
  }
}

export class PreconditionFailed extends HttpError {
  override readonly name = 'PreconditionFailed'
  readonly status = 412
}

export class ContentTooLarge extends HttpError {
  override readonly name = 'ContentTooLarge'
  readonly status = 413

  constructor(limit: number) {
    super({ phrase: `The content may have at most ${limit} bytes.` })
  }
}

export class UriTooLong extends HttpError {
  override readonly name = 'UriTooLong'
  readonly status = 414
}

export class UnsupportedMediaType extends HttpError {
  override readonly name = 'UnsupportedMediaType'
  readonly status = 415

  /** @param accept The media types that are taken. RFC 9110 §15.5.16. */
  constructor(accept: readonly string[]) {
    const list = accept.join(', ')
    super({ phrase: `This address takes only ${list}.`, headers: { Accept: list } })
  }
}

export class UnsupportedContentCoding extends HttpError {
  override readonly name = 'UnsupportedContentCoding'
  readonly status = 415

  constructor() {
    const phrase = 'Send the content without compression.'
    super({ phrase, headers: { 'Accept-Encoding': 'identity' } })
  }
}

export class TooManyRequests extends HttpError {
  override readonly name = 'TooManyRequests'
  readonly status = 429

  constructor() {
    super({ phrase: 'You ask too often; wait some seconds.', headers: { 'Retry-After': '5' } })
  }
}

export class TooManyUploads extends HttpError {
  override readonly name = 'TooManyUploads'
  readonly status = 429

  constructor(wait: number) {
    const phrase = 'Too many pictures in a short time; wait some minutes.'
    super({ phrase, headers: { 'Retry-After': String(wait) } })
  }
}

export class ServiceUnavailable extends HttpError {
  override readonly name = 'ServiceUnavailable'
  readonly status = 503
}

export class InsufficientStorage extends HttpError {
  override readonly name = 'InsufficientStorage'
  readonly status = 507
}

/** The client went away in the middle of its request: nobody is left to answer. */
export class RequestAborted extends Error {
  override readonly name = 'RequestAborted'
}
