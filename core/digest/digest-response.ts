/** The response that proves a password without telling it. RFC 7616 §3.4.1. */
import { escapeQuoted } from './authentication-parameters.ts'
import { toByteText } from './byte-text.ts'

interface ResponseInput extends Answer {
  /** H(username:realm:password). */
  readonly ha1: string
  readonly method: string
}

interface Answer {
  /** As sent in the credentials. */
  readonly uri: string
  readonly nonce: string
  /** Absent: the older form. RFC 2617 §3.2.2.1. */
  readonly protection?: { readonly qop: string; readonly nc: string; readonly cnonce: string }
}

type Hash = (byteText: string) => string

export function digestResponse(hash: Hash, input: ResponseInput): string {
  return hash(`${input.ha1}:${answeredText(hash, input.method, input)}`)
}

/** What is hashed behind H(A1): the same for everybody who may have sent the request. */
export function answeredText(
  hash: Hash,
  method: string,
  { uri, nonce, protection }: Answer,
): string {
  const ha2 = hash(`${method}:${uri}`)
  if (!protection) return `${nonce}:${ha2}`
  const { nc, cnonce, qop } = protection
  return `${nonce}:${nc}:${cnonce}:${qop}:${ha2}`
}

/** H(A1), from names as people write them: hashed as they stand between quotes. RFC 7616 §3.4.2, §3.4.5. */
export function ha1(
  hash: (byteText: string) => string,
  { username, realm, password }: { username: string; realm: string; password: string },
): string {
  return hash(toByteText(`${escapeQuoted(username)}:${escapeQuoted(realm)}:${password}`))
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}
