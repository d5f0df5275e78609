/** Proves who wants a session: by Digest, or by a password in clear where nobody can read along. RFC 7616, RFC 7617 §4. */
import type { AuthenticationRequest, Refusal } from '../core/digest/authentication.ts'
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { Account } from '../core/model/account.ts'
import type { Domains } from '../core/model/domain.ts'
import { aorUser, type Aor } from '../core/uri/aor.ts'
import type { DocumentOwner, FindOwner } from './document-owner.ts'
import { clientAddress, clientUsesTls, type IsTrusted } from './forwarded.ts'
import { Forbidden, Unauthorized } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import { challengeFor, quietChallenge } from './session-challenge.ts'
import type { SessionRequest } from './session-request.ts'
import { algorithmsOf } from './sign-in.ts'

/** Rejects with `Unauthorized`, and with `Forbidden` where a password in clear could be read along. */
export type SessionSignIn = (request: HttpRequest, wanted: SessionRequest) => Promise<Account>

export function createSessionSignIn({
  authenticator,
  findOwner,
  domains,
  trustProxy,
}: {
  authenticator: DigestAuthenticator<Account>
  findOwner: FindOwner
  domains: Domains
  trustProxy: IsTrusted
}): SessionSignIn {
  function asked(request: HttpRequest, owner: DocumentOwner | undefined): AuthenticationRequest {
    const { authorization } = request.headers
    const algorithms = owner && algorithmsOf(owner)
    return {
      authorization: authorization === undefined ? undefined : [authorization],
      method: request.method,
      realm: (owner?.domain ?? domains.all[0])?.realm ?? '',
      acceptsUri: (uri) => uri === request.target || uri === request.reference,
      source: clientAddress(request, trustProxy),
      // A session must not give birth to the next one: it would never end.
      ownPassword: true,
      ...(algorithms && { algorithms }),
    }
  }

  function refuse(request: HttpRequest, { reason, challenge, delay }: Refusal): Unauthorized {
    const quiet = isBrowser(request)
      ? quietChallenge(challenge)
      : challengeFor(request, challenge, trustProxy)
    const wrong =
      reason === 'wrong-credentials' ? 'The address or the password is wrong.' : undefined
    return new Unauthorized(quiet, delay, wrong)
  }

  function prove(
    request: HttpRequest,
    { address, password }: SessionRequest,
    owner: DocumentOwner | undefined,
  ) {
    const authentication = asked(request, owner)
    const clear = address !== undefined && password !== undefined
    if (authentication.authorization !== undefined || !clear) {
      return authenticator.authenticate(authentication)
    }
    if (!isPrivate(request, trustProxy)) throw inClearRefused()
    const username = usernameOf(owner, address, authentication.realm)
    return authenticator.checkPassword(authentication, { username, password })
  }

  return async (request, wanted) => {
    const owner = wanted.address && (await findOwner(wanted.address))
    const outcome = await prove(request, wanted, owner)
    if (outcome.ok) return outcome.account
    throw refuse(request, outcome)
  }
}

/** A name that the account signs in by: any of them has the password. */
function usernameOf(owner: DocumentOwner | undefined, address: Aor, realm: string): string {
  const own = owner?.account?.credentials.find((one) => one.realm === realm)
  return own?.username ?? aorUser(owner?.aor ?? address)
}

/** Scripts and forms, whose browser would open a dialog of its own. */
function isBrowser({ headers }: HttpRequest): boolean {
  return headers['sec-fetch-mode'] !== undefined || headers.origin !== undefined
}

/** Over TLS, or within this machine. */
function isPrivate(request: HttpRequest, trustProxy: IsTrusted): boolean {
  if (clientUsesTls(request, trustProxy)) return true
  const { peer, headers, message } = request
  // Behind a proxy that nobody vouches for, the client may be anywhere.
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers.via
  if (forwarded !== undefined && !trustProxy(peer)) return false
  const ends = [clientAddress(request, trustProxy), message.socket.localAddress ?? '']
  return ends.every(isLoopback)
}

function isLoopback(address: string): boolean {
  return /^(?:(?:::ffff:)?127\.\d+\.\d+\.\d+|::1)$/i.test(address)
}

function inClearRefused(): Forbidden {
  return new Forbidden({ phrase: 'A password is taken over https only.' })
}
