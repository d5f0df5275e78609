/** Admission: what every request must pass before its method looks at it, in the order of RFC 3261 §8.2. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { Domains } from '../core/model/domain.ts'
import { resolvePresentity, type Presentity } from '../core/model/presentity.ts'
import type { AccountStore } from '../core/model/stores.ts'
import type { IncomingRequest } from '../core/sip/sip-endpoint.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { learnsWhoExists, notTheirs } from './known-existence.ts'
import { NOBODY, type Authentication, type Requester } from './authentication.ts'
import type { NamesThisServer } from './own-address.ts'
import { SUBSCRIBE_EXTENSIONS } from './option-tags.ts'
import {
  badExtension,
  methodNotAllowed,
  notFound,
  notImplemented,
  serviceUnavailable,
  unsupportedUriScheme,
} from './refusal.ts'
import type { Methods } from './methods.ts'

export interface AdmittedRequest extends Requester {
  readonly request: IncomingRequest
  /** The address that the request is about, its domain in canonical spelling; absent: the server itself. */
  readonly address: Aor | undefined
  /** Whose address it is; absent: nobody's. */
  readonly presentity: Presentity | undefined
  /** Whether the sender is told that nobody has the address. */
  readonly learnsWhoExists: boolean
}

export interface RequestAdmission {
  /** Throws, or rejects with, the Refusal to answer. */
  readonly admit: (request: IncomingRequest) => MaybePromise<AdmittedRequest>
}

interface AdmissionParts {
  readonly methods: Methods
  readonly authentication: Authentication
  readonly namesThisServer: NamesThisServer
  readonly domains: Domains
  readonly accounts: Pick<AccountStore, 'find'>
  /** Whether the account may ask once more now; absent: always. */
  readonly mayAsk?: ((account: Aor) => boolean) | undefined
}

export function createRequestAdmission(parts: AdmissionParts): RequestAdmission {
  return {
    admit(request) {
      checkMethod(parts, request)
      checkRequire(request)
      checkScheme(request)
      // It belongs to a dialog of ours, or to nothing: no matter who sends it. RFC 6665 §4.4.1
      if (request.message.method === 'NOTIFY') {
        const nowhere = { address: undefined, presentity: undefined, learnsWhoExists: true }
        return { request, ...nowhere, ...NOBODY }
      }
      const address = targetAddress(parts, request)
      return whenReady(parts.authentication.identify(request, address), (requester) => {
        checkRate(parts, requester)
        return resolve(parts, request, address, requester)
      })
    },
  }
}

/** 405 for a method that is not done here, 501 for one that nobody knows. RFC 3261 §8.2.1. */
function checkMethod({ methods }: AdmissionParts, { message: { method } }: IncomingRequest): void {
  if (methods.isSupported(method)) return
  throw methods.isKnown(method) ? methodNotAllowed(methods.allow) : notImplemented(methods.allow)
}

/** A trusted peer keeps its users in bounds itself. */
function checkRate({ mayAsk }: AdmissionParts, { identity, trusted }: Requester): void {
  if (mayAsk && identity !== undefined && !trusted && !mayAsk(identity)) throw serviceUnavailable()
}

/** REGISTER names its address in To, everything else in the Request-URI. RFC 3261 §10.2. */
function targetAddress(
  { domains, namesThisServer }: AdmissionParts,
  { message, flow }: IncomingRequest,
): Aor | undefined {
  // Inside a dialog the Request-URI is the Contact that we gave. RFC 3261 §12.2.1.1
  if (message.toTag !== '') return servedAddress(message.to.uri, domains)
  const register = message.method === 'REGISTER'
  const named = register ? undefined : servedAddress(message.requestUri, domains)
  if (named !== undefined) return named
  // Nothing is forwarded to anywhere else: 404. RFC 3903 §6 step 1
  if (!namesThisServer(message.requestUri, flow)) throw notFound()
  // With our own host in the Request-URI, as phones without a domain write it, To says whom it means.
  return servedAddress(message.to.uri, domains)
}

function servedAddress(uri: string, domains: Domains): Aor | undefined {
  const aor = parseAor(uri)
  if (aor === undefined) return undefined
  // A telephone number has no domain: the accounts tell whose alias it is.
  return aor.startsWith('tel:') || domains.of(aor) ? domains.canonical(aor) : undefined
}

/** What says something of a presentity. */
const SPEAKS: ReadonlySet<string> = new Set(['PUBLISH', 'REGISTER'])

function resolve(
  { domains, accounts }: AdmissionParts,
  request: IncomingRequest,
  address: Aor | undefined,
  { identity, trusted, ownDomain, challengedAt }: Requester,
): MaybePromise<AdmittedRequest> {
  const admitted = (presentity: Presentity | undefined): AdmittedRequest => {
    const told = learnsWhoExists(identity, presentity?.aor ?? address, domains)
    const meant = { address, presentity, learnsWhoExists: told }
    // Nothing more is said of who is suspended, whoever says it.
    if (presentity?.account?.suspended && SPEAKS.has(request.message.method)) throw notTheirs(meant)
    return { request, ...meant, identity, trusted, ownDomain, challengedAt }
  }
  if (address === undefined) return admitted(undefined)
  return whenReady(resolvePresentity(address, { domains, accounts }, trusted), admitted)
}

/** What a request requires and nobody here understands: 420. RFC 3261 §8.2.2.3. */
function checkRequire({ message }: IncomingRequest): void {
  if (message.count('require') === 0) return
  const required = message.values('require').filter((tag) => tag !== '')
  const supported = message.method === 'SUBSCRIBE' ? SUBSCRIBE_EXTENSIONS : []
  const unsupported = required.filter((tag) => !supported.includes(tag.toLowerCase()))
  if (unsupported.length > 0) throw badExtension(unsupported)
}

const SCHEMES = /^(?:sips?|pres|tel):/i

function checkScheme({ message }: IncomingRequest): void {
  if (!SCHEMES.test(message.requestUri)) throw unsupportedUriScheme()
}
