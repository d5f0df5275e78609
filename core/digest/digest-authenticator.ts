/** Asks for credentials and checks them, for SIP and HTTP alike. RFC 7616, RFC 3261 §22, RFC 8760. */
import type {
  AuthenticationOutcome,
  AuthenticationRequest,
  FindCredential,
  MaybePromise,
} from './authentication.ts'
import { escapeQuoted } from './authentication-parameters.ts'
import { parseAuthorization } from './authorization.ts'
import { createBasicCheck } from './basic-check.ts'
import { parseBasic, type BasicCredentials } from './basic-credentials.ts'
import { toByteText } from './byte-text.ts'
import type { DigestAlgorithm, HashFunctions } from './digest-algorithm.ts'
import { createDigestCheck } from './digest-check.ts'
import { createFailureCounts } from './failure-counts.ts'
import { createNonceCounts } from './nonce-counts.ts'
import { createNonceMint } from './nonce.ts'
import { createRefusals } from './refusals.ts'

export interface DigestAuthenticator<A> {
  /** Answers at once when the credentials are at hand. Fails only as `findCredential` does. */
  authenticate(request: AuthenticationRequest): MaybePromise<AuthenticationOutcome<A>>
  /** The same for a password in clear, as a form brings it: over TLS only. */
  checkPassword(
    request: AuthenticationRequest,
    credentials: BasicCredentials,
  ): MaybePromise<AuthenticationOutcome<A>>
}

export interface DigestAuthenticatorOptions<A> {
  readonly hashes: HashFunctions
  /** A keyed hash that signs nonces: with the same key they are known again after a restart. */
  readonly sign: (text: string) => Uint8Array
  readonly clock: { now(): number }
  /** What is offered, in order of preference; MD5 comes last wherever it stands. */
  readonly algorithms: readonly DigestAlgorithm[]
  readonly findCredential: FindCredential<A>
  /** Milliseconds for which a nonce is taken. */
  readonly nonceLifetime?: number
  /** Nonces whose counts are remembered at once. */
  readonly maxNonces?: number
}

const HOUR = 3_600_000
const MAX_NONCES = 50_000
const MAX_FAILING_NAMES = 10_000

export function createDigestAuthenticator<A>(
  options: DigestAuthenticatorOptions<A>,
): DigestAuthenticator<A> {
  const { clock } = options
  const offered = md5Last(options.algorithms)
  const mint = createNonceMint(options.sign, clock.now())
  const failures = createFailureCounts(MAX_FAILING_NAMES)
  const refusals = createRefusals({ offered, mint, failures, hash: options.hashes.MD5, clock })
  const counts = createNonceCounts({
    issuedAt: (nonce) => mint.issuedAt(nonce),
    lifetime: options.nonceLifetime ?? HOUR,
    capacity: options.maxNonces ?? MAX_NONCES,
    since: clock.now() - 1,
  })
  const checkDigest = createDigestCheck({ ...options, offered, counts, refusals })
  const checkBasic = createBasicCheck({ ...options, offered, refusals })
  return {
    checkPassword: checkBasic,
    authenticate: (request) => {
      const realm = toByteText(escapeQuoted(request.realm))
      for (const fieldValue of request.authorization ?? []) {
        const credentials = parseAuthorization(fieldValue)
        // Credentials for other realms may stand beside ours. RFC 3261 §22.3.
        if (credentials?.realm === realm) return checkDigest(request, credentials)
        const basic = request.basic ? parseBasic(fieldValue) : undefined
        if (basic) return checkBasic(request, basic)
      }
      return refusals.refuse(request, 'no-credentials')
    },
  }
}

function md5Last(algorithms: readonly DigestAlgorithm[]): DigestAlgorithm[] {
  const others = algorithms.filter((algorithm) => algorithm !== 'MD5')
  return algorithms.includes('MD5') ? [...others, 'MD5'] : others
}
