/** Lets sip.js, which answers MD5 only, prove a password by every algorithm. RFC 3261 §22, RFC 8760. */
import {
  DigestAuthentication,
  SubscriptionDialog,
  type LoggerFactory,
  type OutgoingRequestMessage,
  type Subscription,
} from 'sip.js/lib/core/index.js'
import { fromByteText } from '../core/digest/byte-text.ts'
import type { DigestChallenge } from '../core/digest/challenge.ts'
import { digestAlgorithm } from '../core/digest/digest-algorithm.ts'
import type { DigestCredentials } from './digest-credentials.ts'

/** As sip.js reads it: texts as they stand between their quotes. */
interface SipJsChallenge {
  readonly realm?: string
  readonly nonce?: string
  readonly algorithm?: string
  readonly opaque?: string
  readonly qop?: readonly string[]
  readonly stale?: boolean
}

/** A class because sip.js asks for one of its own. */
export class SipJsCredentials extends DigestAuthentication {
  readonly #credentials: DigestCredentials
  #authorization = ''

  constructor(loggerFactory: LoggerFactory, credentials: DigestCredentials) {
    super(loggerFactory, undefined, undefined, undefined)
    this.#credentials = credentials
  }

  override authenticate(request: OutgoingRequestMessage, from: SipJsChallenge): boolean {
    const challenge = readChallenge(from)
    if (!challenge) return false
    const answer = this.#credentials.answer(challenge, request.method, request.ruri.toString())
    this.#authorization = fromByteText(answer)
    // What was proved ahead was refused: sip.js would send it beside its answer.
    request.extraHeaders = request.extraHeaders.filter((line) => !line.startsWith(AHEAD))
    return true
  }

  override toString(): string {
    return this.#authorization
  }
}

/**
 * Proves the password before being asked, by the last challenge, which saves a round trip. RFC 3261 §22.2.
 * Only for requests outside a dialog: sip.js makes the others itself, and takes header lines for them.
 */
export function authorizeAhead(
  request: OutgoingRequestMessage,
  credentials: DigestCredentials,
): void {
  const answer = credentials.ahead(request.method, request.ruri.toString())
  if (answer !== undefined) request.setHeader('authorization', fromByteText(answer))
}

const AHEAD = 'Authorization: '

/** A page that is left has no time for a challenge to its last SUBSCRIBE. None before the first challenge. */
export function authorizationLines(dialog: Subscription, credentials: DigestCredentials): string[] {
  if (!(dialog instanceof SubscriptionDialog)) return []
  const answer = credentials.ahead('SUBSCRIBE', dialog.remoteTarget.toString())
  return answer === undefined ? [] : [AHEAD + fromByteText(answer)]
}

/** Undefined: it cannot be answered here. */
function readChallenge(from: SipJsChallenge): DigestChallenge | undefined {
  const { realm, nonce, opaque, stale = false } = from
  const algorithm = digestAlgorithm(from.algorithm)
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined
  const qop = from.qop?.includes('auth')
  // auth-int alone would have to prove the body too.
  if (qop === false) return undefined
  const challenge = { realm, nonce, algorithm, stale, qop: qop ?? false }
  return opaque === undefined ? challenge : { ...challenge, opaque }
}
