/** Checks a password in clear against the stored hashes. RFC 7617. */
import {
  whenReady,
  type AuthenticationOutcome,
  type AuthenticationRequest,
  type FindCredential,
  type MaybePromise,
} from './authentication.ts'
import type { BasicCredentials } from './basic-credentials.ts'
import type { DigestAlgorithm, HashFunctions } from './digest-algorithm.ts'
import { ha1, sameText } from './digest-response.ts'
import type { Refusals } from './refusals.ts'

export type BasicCheck<A> = (
  request: AuthenticationRequest,
  credentials: BasicCredentials,
) => MaybePromise<AuthenticationOutcome<A>>

export function createBasicCheck<A>(options: {
  offered: readonly DigestAlgorithm[]
  hashes: HashFunctions
  findCredential: FindCredential<A>
  refusals: Refusals
}): BasicCheck<A> {
  const { offered, hashes, findCredential, refusals } = options
  return (request, { username, password }) => {
    const { realm } = request
    // An account may have a hash of one algorithm only: each is tried.
    const attempt = (rest: readonly DigestAlgorithm[]): MaybePromise<AuthenticationOutcome<A>> => {
      const [algorithm, ...others] = rest
      if (!algorithm) return refusals.refuseGuess(request, username)
      return whenReady(findCredential(realm, username, algorithm), (found) => {
        const proof = ha1(hashes[algorithm], { username, realm, password })
        if (found?.ha1 !== undefined && sameText(proof, found.ha1))
          return { ok: true, account: found.account }
        return attempt(others)
      })
    }
    return attempt(offered)
  }
}
