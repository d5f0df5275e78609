/** Why signing in failed, in words for the person, and the field in which it can be mended. */

export type SignInField = 'address' | 'password'

export class SignInFailure extends Error {
  override readonly name = 'SignInFailure'
  /** Undefined: nothing that was typed is wrong. */
  readonly field: SignInField | undefined

  constructor(message: string, field?: SignInField, cause?: unknown) {
    super(message, { cause })
    this.field = field
  }
}

export const UNREACHABLE = 'The server does not answer. Check your connection, then try again.'

/** By the HTTP status of the answer. */
const FAILURES: Partial<Record<number, { words: string; field?: SignInField }>> = {
  // Unknown accounts and wrong passwords look the same, so that nobody can find out who exists.
  401: {
    words: 'This address and password do not fit together. Check both and try again.',
    field: 'password',
  },
  403: {
    words: 'The server lets nobody sign in from here. Open this page over https.',
  },
  404: { words: 'This server offers no signing in on its page.' },
  429: { words: 'Too many attempts. Wait a minute, then try again.' },
  503: { words: 'The server is busy. Wait a moment, then try again.' },
}

export function signInFailure(status: number): SignInFailure {
  const failure = FAILURES[status] ?? {
    words: `The server could not sign you in (error ${status}). Try again later.`,
  }
  return new SignInFailure(failure.words, failure.field)
}
