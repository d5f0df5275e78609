/** A picture that the service did not take, and why. RFC 4825 §8.2.5, RFC 9110 §15.5. */
import { HttpUnreachable } from '../../client/http-unreachable.ts'
import { XcapError } from '../../client/xcap-error.ts'

/** Its message is for the person. */
export class PictureRefused extends Error {
  override readonly name = 'PictureRefused'
  /** Removing what is stored already would help. */
  readonly full: boolean

  constructor(message: string, { full = false, cause }: { full?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.full = full
  }
}

const BY_STATUS: Partial<Record<number, string>> = {
  401: 'Your session has ended. Sign in again to go on.',
  403: 'The service does not let you change this picture.',
  404: 'The service does not take pictures for this address.',
  408: 'The connection is too slow. Try again.',
  413: 'The picture is too large for the service.',
  415: 'The service does not take this kind of picture.',
  429: 'You have changed your picture too often. Try again in a few minutes.',
  503: 'The service is busy. Try again in a moment.',
  507: 'The service has no room left for your picture.',
}

/** What the service said that refuses for other reasons is told as it is. */
export function refusalOf(error: unknown): PictureRefused {
  const cause = error
  if (error instanceof HttpUnreachable) {
    return new PictureRefused(
      'The service cannot be reached. Check your connection, then try again.',
      { cause },
    )
  }
  if (!(error instanceof XcapError)) {
    return new PictureRefused('Something went wrong. Try again.', { cause })
  }
  const { status, phrase } = error
  const known = phrase ?? BY_STATUS[status] ?? 'The service did not take the picture.'
  // Which limit it was is told only in words: 409 too may mean that there are too many.
  return new PictureRefused(known, { full: status === 409 || status === 507, cause })
}
