/** Why what an operator asked for cannot be had, in words for the operator. */

/** What kind of obstacle it is; over HTTP each is a status of its own. */
export type ProblemKind =
  /** The request is not what it should be. */
  | 'invalid'
  /** Who asks may not. */
  | 'forbidden'
  /** What it is about is not there. */
  | 'absent'
  /** It does not go with what is there. */
  | 'conflict'
  | 'too-large'
  /** Octets of another media type than those that are taken. */
  | 'unsupported'
  /** Not now: the store cannot be reached, no service runs. */
  | 'unavailable'

export class AccountProblem extends Error {
  readonly kind: ProblemKind

  constructor(message: string, kind: ProblemKind = 'conflict') {
    super(message)
    this.name = 'AccountProblem'
    this.kind = kind
  }
}
