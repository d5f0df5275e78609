/** Signs in with Digest, and with Basic over TLS, to the realm of the owner's domain. RFC 7616, RFC 7617. */
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { Account, DigestAlgorithm } from '../core/model/account.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import type { DocumentOwner } from './document-owner.ts'
import { clientAddress, clientUsesTls, type IsTrusted } from './forwarded.ts'
import { Unauthorized } from './http-errors.ts'
import type { Identify } from './identification.ts'
import { challengeFor } from './session-challenge.ts'

export function createSignIn({
  authenticator,
  trustProxy,
}: {
  authenticator: DigestAuthenticator<Account>
  trustProxy: IsTrusted
}): Identify {
  return (request, owner) => {
    const { authorization } = request.headers
    const algorithms = algorithmsOf(owner)
    const outcome = authenticator.authenticate({
      authorization: authorization === undefined ? undefined : [authorization],
      method: request.method,
      realm: owner.domain.realm,
      acceptsUri: (uri) => uri === request.target || uri === request.reference,
      source: clientAddress(request, trustProxy),
      // Whoever reads along must not learn a password: Basic over TLS only. RFC 4825 §14
      basic: clientUsesTls(request, trustProxy),
      ...(algorithms && { algorithms }),
    })
    return whenReady(outcome, (result) => {
      if (result.ok) return result.account.aor
      throw new Unauthorized(challengeFor(request, result.challenge, trustProxy), result.delay)
    })
  }
}

/** An account that was imported may have hashes of one algorithm only: it is asked for that one. */
export function algorithmsOf({ account, domain }: DocumentOwner): DigestAlgorithm[] | undefined {
  const own = account?.credentials.filter(({ realm }) => realm === domain.realm) ?? []
  return own.length > 0 ? own.map(({ algorithm }) => algorithm) : undefined
}
