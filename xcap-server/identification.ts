/** Who asks: proved now or when the session began, or on the word of a peer that has asked already. RFC 4825 §14. */
import type { Domains } from '../core/model/domain.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { resolvePresentity } from '../core/model/presentity.ts'
import type { AccountStore } from '../core/model/stores.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import type { DocumentOwner } from './document-owner.ts'
import type { IsTrusted } from './forwarded.ts'
import { Forbidden, TooManyRequests } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { FindSession } from './session-finder.ts'

/** Gives the address of whoever asks for something of the owner's; throws `Unauthorized`, `Forbidden`, `TooManyRequests`. */
export type Identify = (request: HttpRequest, owner: DocumentOwner) => MaybePromise<Aor>

/** What a proxy proved goes before what the client says it wants to be. 3GPP TS 24.109. */
const IDENTITY_FIELDS = ['x-3gpp-asserted-identity', 'x-3gpp-intended-identity']

export function createIdentification({
  signIn,
  findSession,
  accounts,
  domains,
  assertedFrom,
  mayAsk = () => true,
}: {
  signIn: Identify
  findSession: FindSession
  accounts: AccountStore
  domains: Domains
  assertedFrom: IsTrusted
  mayAsk?: ((account: Aor) => boolean) | undefined
}): Identify {
  function believe(asserted: string): MaybePromise<Aor> {
    const address = parseAor(asserted)
    const presentity = address && resolvePresentity(address, { domains, accounts }, true)
    return whenReady(presentity, (known) => {
      if (known && !known.account?.suspended) return known.aor
      throw new Forbidden({ phrase: 'The asserted identity is not known here.' })
    })
  }

  function prove(request: HttpRequest, owner: DocumentOwner): MaybePromise<Aor> {
    // Who sends credentials means these, whatever cookie the browser adds.
    if (request.headers.authorization !== undefined) return signIn(request, owner)
    return whenReady(findSession(request), (present) =>
      present ? present.session.aor : signIn(request, owner),
    )
  }

  return (request, owner) => {
    // Anybody can write these fields; only configured peers are believed.
    const asserted = assertedFrom(request.peer) ? assertedIdentity(request) : undefined
    if (asserted !== undefined) return believe(asserted)
    return whenReady(prove(request, owner), (account) => {
      if (!mayAsk(account)) throw new TooManyRequests()
      return account
    })
  }
}

/** The first of the identities, without its quotes. 3GPP TS 24.109 §G. */
function assertedIdentity({ headers }: HttpRequest): string | undefined {
  const field = IDENTITY_FIELDS.map((name) => headers[name]).find((value) => value !== undefined)
  const first = (Array.isArray(field) ? field[0] : field)?.split(',')[0]?.trim()
  return first?.replace(/^"(.*)"$/, '$1')
}
