/** Proves who wants a session: by Digest, or by a password in clear where nobody can read along. RFC 7616, RFC 7617 §4. */
import type { AuthenticationRequest, Refusal } from '../core/digest/authentication.ts'
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { Account } from '../core/model/account.ts'
import type { Domains } from '../core/model/domain.ts'
import { aorUser, type Aor } from '../core/uri/aor.ts'
import type { DocumentOwner, FindOwner } from './document-owner.ts'
import { clientAddress, type IsTrusted } from './forwarded.ts'
import { Forbidden, Unauthorized } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import { isPrivateWay } from './private-way.ts'
import { challengeFor, quietChallenge } from './session-challenge.ts'
import type { SessionRequest } from './session-request.ts'
import { algorithmsOf } from './sign-in.ts'

/** Rejects with `Unauthorized`, and with `Forbidden` where a password in clear could be read along. */
export type SessionSignIn = (request: HttpRequest, wanted: SessionRequest) => Promise<Account>

interface SessionSignInParts {
  readonly authenticator: DigestAuthenticator<Account>
  readonly findOwner: FindOwner
  readonly domains: Domains
  readonly trustProxy: IsTrusted
}

export function createSessionSignIn(parts: SessionSignInParts): SessionSignIn {
  const { authenticator, findOwner, trustProxy } = parts

  function prove(
    request: HttpRequest,
    { address, password }: SessionRequest,
    owner: DocumentOwner | undefined,
  ) {
    const asked = authenticationFor(request, owner, parts)
    const clear = address !== undefined && password !== undefined
    if (asked.authorization !== undefined || !clear) return authenticator.authenticate(asked)
    if (!isPrivateWay(request, trustProxy)) throw inClear()
    const username = usernameOf(owner, address, asked.realm)
    return authenticator.checkPassword(asked, { username, password })
  }

  return async (request, wanted) => {
    const owner = wanted.address && (await findOwner(wanted.address))
    const outcome = await prove(request, wanted, owner)
    if (outcome.ok) return outcome.account
    throw unauthorized(request, outcome, trustProxy)
  }
}

function authenticationFor(
  request: HttpRequest,
  owner: DocumentOwner | undefined,
  { domains, trustProxy }: SessionSignInParts,
): AuthenticationRequest {
  const { authorization } = request.headers
  const algorithms = owner && algorithmsOf(owner)
  return {
    authorization: authorization === undefined ? undefined : [authorization],
    method: request.method,
    // Who does not say where they belong is asked by the first of the domains.
    realm: (owner?.domain ?? domains.all[0])?.realm ?? '',
    acceptsUri: (uri) => uri === request.target || uri === request.reference,
    source: clientAddress(request, trustProxy),
    // A session must not give birth to the next: it would never end.
    ownPassword: true,
    ...(algorithms && { algorithms }),
  }
}

/** A name that the account signs in by: any of them has the password. */
function usernameOf(owner: DocumentOwner | undefined, address: Aor, realm: string): string {
  const own = owner?.account?.credentials.find((one) => one.realm === realm)
  return own?.username ?? aorUser(owner?.aor ?? address)
}

function unauthorized(
  request: HttpRequest,
  { reason, challenge, delay }: Refusal,
  trustProxy: IsTrusted,
): Unauthorized {
  const quiet = isBrowser(request)
    ? quietChallenge(challenge)
    : challengeFor(request, challenge, trustProxy)
  const wrong = reason === 'wrong-credentials' ? 'The address or the password is wrong.' : undefined
  return new Unauthorized(quiet, delay, wrong)
}

/** Scripts and forms, whose browser would open a dialog of its own. */
function isBrowser({ headers }: HttpRequest): boolean {
  return headers['sec-fetch-mode'] !== undefined || headers.origin !== undefined
}

function inClear(): Forbidden {
  return new Forbidden({ phrase: 'A password is taken over https only.' })
}
