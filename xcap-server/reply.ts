/** A reply as a value: what a handler gives back and one place sends. RFC 9110. */

export type HeaderFields = Readonly<Record<string, string | string[]>>

export interface Reply {
  readonly status: number
  /** Without Content-Length, which the sender computes from the body. */
  readonly headers: HeaderFields
  readonly body?: Uint8Array
  /** Bytes of the body that a HEAD leaves out. */
  readonly length?: number
}

export function textReply(status: number, text: string, headers: HeaderFields = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
    body: Buffer.from(`${text}\n`),
  }
}

export function emptyReply(status: number, headers: HeaderFields): Reply {
  return { status, headers }
}
