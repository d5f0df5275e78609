/** What a server asks of authentication, and what it hears. RFC 9110 §11, RFC 3261 §22. */
import type { DigestAlgorithm } from './digest-algorithm.ts'

export interface AuthenticationRequest {
  /** The Authorization field values of the request, one character per byte. */
  readonly authorization: readonly string[] | undefined
  readonly method: string
  /** Of the domain that the request is for. */
  readonly realm: string
  /** Whether the credentials' `uri` (as sent) fits the request. RFC 7616 §3.4.6, RFC 3261 §22.4. */
  readonly acceptsUri: (uri: string) => boolean
  /** Where the request came from, as an address without port: who guesses from there is slowed down. */
  readonly source: string
  /** The challenge offers only these of the configured algorithms, as an account with few hashes needs it. */
  readonly algorithms?: readonly DigestAlgorithm[]
  /** Basic is offered and taken too: over TLS only. */
  readonly basic?: boolean
  /** Only the account's own password counts, none that stands for it for a while. */
  readonly ownPassword?: boolean
}

export type AuthenticationOutcome<A> = Success<A> | Refusal

interface Success<A> {
  readonly ok: true
  readonly account: A
  /** When the challenge was made that the credentials answer, in milliseconds; Basic answers none. */
  readonly challengedAt?: number
}

export interface Refusal {
  readonly ok: false
  readonly reason: RefusalReason
  /** WWW-Authenticate field values, a header line each; always with a fresh nonce. */
  readonly challenge: readonly string[]
  /** Milliseconds that the answer must wait; 0 unless somebody guesses passwords. */
  readonly delay: number
}

export type RefusalReason =
  | 'no-credentials'
  | 'other-algorithm'
  | 'other-uri'
  | 'wrong-credentials'
  /** Right, but the nonce is too old or was used before: the client repeats with the new one by itself. */
  | 'stale-nonce'

/** Looks up H(A1) and whose it is. Undefined: no such user. */
export type FindCredential<A> = (
  realm: string,
  username: string,
  algorithm: DigestAlgorithm,
) => MaybePromise<FoundCredential<A> | undefined>

interface FoundCredential<A> {
  readonly account: A
  /** Absent: there is no hash of that algorithm. */
  readonly ha1?: string
  /** Hashes of other passwords that stand for the account's own; asked for only when that is not the one. */
  readonly further?: () => MaybePromise<readonly string[]>
}

/** At once when the credentials are at hand, so that a busy server pays for no promise. */
export type MaybePromise<T> = T | Promise<T>

export function whenReady<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}
