/** There is no answer at all: no server, no connection, no end. */

export class HttpUnreachable extends Error {
  override readonly name = 'HttpUnreachable'
  readonly url: string

  constructor(url: string, cause: unknown) {
    super(`no answer from ${url}: ${reasonOf(cause)}`, { cause })
    this.url = url
  }
}

/** fetch says only `fetch failed`; the reason stands behind it, sometimes several. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : reasonOf(error.cause)
}
