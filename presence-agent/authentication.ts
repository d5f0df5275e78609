/** Who sends a request: by digest, or by the word of a trusted peer. RFC 3261 §22, RFC 3325 §5. */
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { Account } from '../core/model/account.ts'
import type { Domains } from '../core/model/domain.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { AccountStore } from '../core/model/stores.ts'
import { parseNameAddr } from '../core/sip/name-addr.ts'
import type { IncomingRequest } from '../core/sip/sip-endpoint.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import type { NamesThisServer } from './own-address.ts'
import { forbidden, unauthorized } from './refusal.ts'

export interface Requester {
  /** The account's own address, never an alias; absent: nobody in particular. */
  readonly identity: Aor | undefined
  /** A trusted peer vouches for the request. */
  readonly trusted: boolean
  /** The identity belongs to a domain of ours. */
  readonly ownDomain: boolean
  /** When the challenge was made that the request answers, in milliseconds; absent: nobody was challenged. */
  readonly challengedAt?: number | undefined
}

export interface Authentication {
  /** Throws, or rejects with, the Refusal to answer. `address`: what the request is about. */
  readonly identify: (request: IncomingRequest, address: Aor | undefined) => MaybePromise<Requester>
}

interface AuthenticationParts {
  readonly authenticator: Pick<DigestAuthenticator<Account>, 'authenticate'>
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
  readonly namesThisServer: NamesThisServer
  readonly domains: Domains
  readonly accounts: Pick<AccountStore, 'find'>
}

export const NOBODY: Requester = { identity: undefined, trusted: false, ownDomain: false }
const TRUSTED_NOBODY: Requester = { ...NOBODY, trusted: true }
/** Who does not say who it is. RFC 3323 §4.1.1.3, RFC 5025 §3.1.1.1 */
const ANONYMOUS = 'sip:anonymous@anonymous.invalid'

export function createAuthentication(parts: AuthenticationParts): Authentication {
  return {
    identify(request, address) {
      // Anybody may ask what this server can do. RFC 3261 §11.
      if (request.message.method === 'OPTIONS') return NOBODY
      const requester = parts.isTrustedPeer(request.flow.remoteAddress)
        ? asserted(parts, request.message)
        : // P-Asserted-Identity of anybody else means nothing. RFC 3325 §5.
          byDigest(parts, request, address)
      return whenReady(requester, (found) => speaksSip(parts, found))
    },
  }
}

/** People of another network speak through its gateway alone: who comes with their address by SIP is none of them. RFC 8048 §8.2 */
function speaksSip({ domains }: AuthenticationParts, requester: Requester): Requester {
  const { identity } = requester
  if (identity !== undefined && domains.of(identity)?.isNeighbour) throw forbidden()
  return requester
}

function asserted(
  { domains, accounts }: AuthenticationParts,
  message: SipMessage,
): MaybePromise<Requester> {
  const said = assertedAddress(message)
  if (said === undefined || said === ANONYMOUS) return TRUSTED_NOBODY
  const address = domains.canonical(said)
  const ours = domains.of(address) !== undefined
  if (!ours && !address.startsWith('tel:')) {
    return { identity: address, trusted: true, ownDomain: false }
  }
  return whenReady(accounts.find(address), (account) => {
    // The proxy may not know it yet. RFC 3261 §21.4.4
    if (account?.suspended) throw forbidden()
    // Aliases of one account are one person.
    const identity = account?.aor ?? address
    return { identity, trusted: true, ownDomain: ours || account !== undefined }
  })
}

function byDigest(
  { authenticator, namesThisServer, domains }: AuthenticationParts,
  { message, flow }: IncomingRequest,
  address: Aor | undefined,
): MaybePromise<Requester> {
  const outcome = authenticator.authenticate({
    authorization: message.headers('authorization'),
    method: message.method,
    realm: realmFor(message, address, domains),
    // RFC 3261 §22.4. A tel: number names no server; it is ours if the request came as far as this.
    acceptsUri: (uri) => uri === message.requestUri || namesThisServer(uri, flow),
    source: flow.remoteAddress,
  })
  return whenReady(outcome, (found) => {
    if (!found.ok) throw unauthorized(found.challenge, found.delay)
    const { account, challengedAt } = found
    // Nobody speaks in another's name. RFC 3261 §22.1
    if (!isAddressOf(message.from.uri, account, domains)) throw forbidden()
    return { identity: account.aor, trusted: false, ownDomain: true, challengedAt }
  })
}

/** Of the sender's own domain where we serve it, else of the domain that the request is about. RFC 3261 §22.1. */
function realmFor(message: SipMessage, address: Aor | undefined, domains: Domains): string {
  const from = parseAor(message.from.uri)
  const domain = (from && domains.of(from)) ?? (address && domains.of(address)) ?? domains.all[0]
  return domain?.realm ?? ''
}

function isAddressOf(uri: string, account: Account, domains: Domains): boolean {
  const aor = parseAor(uri)
  if (aor === undefined) return false
  const canonical = domains.canonical(aor)
  return canonical === account.aor || account.aliases.includes(canonical)
}

/** P-Asserted-Identity; where the peer adds none, the From that it has checked. RFC 3325 §9.1. */
function assertedAddress(message: SipMessage): Aor | undefined {
  if (message.count('p-asserted-identity') === 0) return parseAor(message.from.uri)
  for (const value of message.values('p-asserted-identity')) {
    const aor = parseAor(parseNameAddr(value)?.uri ?? '')
    if (aor !== undefined) return aor
  }
  return undefined
}
