/** Who asks: by digest, by Basic over TLS, or on the word of a peer that has asked already. RFC 4825 §14, RFC 7616. */
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { Account } from '../core/model/account.ts'
import type { Domains } from '../core/model/domain.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { resolvePresentity } from '../core/model/presentity.ts'
import type { AccountStore } from '../core/model/stores.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import type { DocumentOwner } from './document-owner.ts'
import { clientAddress, clientUsesTls, type IsTrusted } from './forwarded.ts'
import { Forbidden, Unauthorized } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'

/** Gives the address of whoever asks for something of the owner's; throws `Unauthorized`, `Forbidden`. */
export type Identify = (request: HttpRequest, owner: DocumentOwner) => MaybePromise<Aor>

const ASSERTED_IDENTITY = 'x-3gpp-asserted-identity'

export function createIdentification({
  authenticator,
  accounts,
  domains,
  trustProxy,
  assertedFrom,
}: {
  authenticator: DigestAuthenticator<Account>
  accounts: AccountStore
  domains: Domains
  trustProxy: IsTrusted
  assertedFrom: IsTrusted
}): Identify {
  function signIn(request: HttpRequest, owner: DocumentOwner): MaybePromise<Aor> {
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
      throw new Unauthorized(result.challenge, result.delay)
    })
  }

  function believe(asserted: string): MaybePromise<Aor> {
    const address = parseAor(asserted)
    const presentity = address && resolvePresentity(address, { domains, accounts }, true)
    return whenReady(presentity, (known) => {
      if (known) return known.aor
      throw new Forbidden({ phrase: 'The asserted identity is not known here.' })
    })
  }

  return (request, owner) => {
    const asserted = assertedFrom(request.peer) ? assertedIdentity(request) : undefined
    return asserted === undefined ? signIn(request, owner) : believe(asserted)
  }
}

/** An account that was imported may have hashes of one algorithm only: it is asked for that one. */
function algorithmsOf({ account, domain }: DocumentOwner) {
  const own = account?.credentials.filter(({ realm }) => realm === domain.realm) ?? []
  return own.length > 0 ? own.map(({ algorithm }) => algorithm) : undefined
}

/** The first of the identities, without its quotes. 3GPP TS 24.109 §G. */
function assertedIdentity({ headers }: HttpRequest): string | undefined {
  const field = headers[ASSERTED_IDENTITY]
  const first = (Array.isArray(field) ? field[0] : field)?.split(',')[0]?.trim()
  return first?.replace(/^"(.*)"$/, '$1')
}
