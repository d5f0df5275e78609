/** Makes the refusals of an authenticator, each with fresh challenges. RFC 7616 §3.3, RFC 8760 §2.3. */
import type { AuthenticationRequest, Refusal, RefusalReason } from './authentication.ts'
import { escapeQuoted } from './authentication-parameters.ts'
import { toByteText } from './byte-text.ts'
import { serializeChallenge } from './challenge.ts'
import type { DigestAlgorithm } from './digest-algorithm.ts'
import type { FailureCounts } from './failure-counts.ts'
import type { NonceMint } from './nonce.ts'

export interface Refusals {
  refuse(request: AuthenticationRequest, reason: RefusalReason): Refusal
  /** The answer to a wrong password and to a user who does not exist. */
  refuseGuess(request: AuthenticationRequest, username: string): Refusal
}

export function createRefusals(options: {
  offered: readonly DigestAlgorithm[]
  mint: NonceMint
  failures: FailureCounts
  /** Makes short what a peer may have made long. */
  hash: (byteText: string) => string
  clock: { now(): number }
}): Refusals {
  const { offered, mint, failures, hash, clock } = options

  function challenges(request: AuthenticationRequest, stale: boolean): string[] {
    const nonce = mint.issue(clock.now())
    const realm = toByteText(escapeQuoted(request.realm))
    const challenges = offered
      .filter((algorithm) => request.algorithms?.includes(algorithm) ?? true)
      .map((algorithm) => serializeChallenge({ realm, nonce, algorithm, qop: true, stale }))
    if (request.basic) challenges.push(`Basic realm="${realm}", charset="UTF-8"`)
    return challenges
  }

  return {
    refuse: (request, reason) => {
      const challenge = challenges(request, reason === 'stale-nonce')
      return { ok: false, reason, challenge, delay: 0 }
    },
    refuseGuess: (request, username) => {
      const account = hash(toByteText(`${request.realm}:${username}`))
      const names = [`source ${request.source}`, `account ${account}`]
      const delay = failures.add(names, clock.now())
      return {
        ok: false,
        reason: 'wrong-credentials',
        challenge: challenges(request, false),
        delay,
      }
    },
  }
}
