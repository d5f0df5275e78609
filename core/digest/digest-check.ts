/** Checks a Digest response against the stored hash, and its nonce against replay. RFC 7616 §3.4, §5. */
import {
  whenReady,
  type AuthenticationOutcome,
  type AuthenticationRequest,
  type FindCredential,
  type MaybePromise,
} from './authentication.ts'
import { unescapeQuoted } from './authentication-parameters.ts'
import type { DigestCredentials } from './authorization.ts'
import { fromByteText } from './byte-text.ts'
import { digestAlgorithm, type DigestAlgorithm, type HashFunctions } from './digest-algorithm.ts'
import { answeredText, sameText } from './digest-response.ts'
import type { NonceCounts } from './nonce-counts.ts'
import { issueTime } from './nonce.ts'
import type { Refusals } from './refusals.ts'

export type DigestCheck<A> = (
  request: AuthenticationRequest,
  credentials: DigestCredentials,
) => MaybePromise<AuthenticationOutcome<A>>

/** Stands in for the hash of a user who does not exist, so that the answer takes as long. */
const NOBODY = '0'.repeat(64)

export function createDigestCheck<A>(options: {
  offered: readonly DigestAlgorithm[]
  hashes: HashFunctions
  findCredential: FindCredential<A>
  counts: NonceCounts
  refusals: Refusals
  clock: { now(): number }
}): DigestCheck<A> {
  const { hashes, findCredential, counts, refusals, clock } = options

  function succeed(
    request: AuthenticationRequest,
    { nonce, protection }: DigestCredentials,
    account: A,
  ): AuthenticationOutcome<A> {
    const nc = protection && Number.parseInt(protection.nc, 16)
    // Only who knows the password hears that the nonce is stale. RFC 7616 §3.3.
    if (!counts.use(nonce, nc, clock.now())) return refusals.refuse(request, 'stale-nonce')
    return { ok: true, account, challengedAt: issueTime(nonce) }
  }

  return (request, credentials) => {
    const algorithm = offeredAlgorithm(credentials, options.offered)
    if (!algorithm) return refusals.refuse(request, 'other-algorithm')
    if (!request.acceptsUri(credentials.uri)) return refusals.refuse(request, 'other-uri')
    const username = fromByteText(unescapeQuoted(credentials.username))
    const hash = hashes[algorithm]
    return whenReady(findCredential(request.realm, username, algorithm), (found) => {
      const answered = answeredText(hash, request.method, credentials)
      const proves = (ha1: string) => sameText(hash(`${ha1}:${answered}`), credentials.response)
      const own = proves(found?.ha1 ?? NOBODY)
      if (own && found?.ha1 !== undefined) return succeed(request, credentials, found.account)
      const further = request.ownPassword ? undefined : found?.further?.()
      return whenReady(further, (others = []) => {
        if (found && others.some(proves)) return succeed(request, credentials, found.account)
        // One that fits none of them has failed once, not once for each.
        return refusals.refuseGuess(request, username)
      })
    })
  }
}

// auth-int and -sess are never offered, so nobody may answer with them.
function offeredAlgorithm(
  { algorithm: parameter, protection }: DigestCredentials,
  offered: readonly DigestAlgorithm[],
): DigestAlgorithm | undefined {
  if (protection && protection.qop.toLowerCase() !== 'auth') return undefined
  const algorithm = digestAlgorithm(parameter)
  return algorithm && offered.includes(algorithm) ? algorithm : undefined
}
