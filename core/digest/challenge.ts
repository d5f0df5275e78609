/** Digest challenges, as WWW-Authenticate carries them. RFC 7616 §3.3. */
import { parseAuthentications } from './authentication-parameters.ts'
import { digestAlgorithm, type DigestAlgorithm } from './digest-algorithm.ts'

/** Realm, nonce and opaque as they stand between their quotes. */
export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  readonly algorithm: DigestAlgorithm
  /** Whether `auth` is offered; a server that offers no qop at all is older. */
  readonly qop: boolean
  /** The credentials were right, only their nonce is not taken any more. */
  readonly stale: boolean
  readonly opaque?: string
}

export function serializeChallenge(challenge: DigestChallenge): string {
  const { realm, nonce, algorithm, qop, stale, opaque } = challenge
  let text = `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}`
  if (qop) text += ', qop="auth"'
  if (opaque !== undefined) text += `, opaque="${opaque}"`
  if (stale) text += ', stale=true'
  return text
}

/** The challenges that can be answered here, in the server's order of preference. RFC 7616 §3.7. */
export function parseChallenges(fieldValue: string): DigestChallenge[] {
  const found: DigestChallenge[] = []
  for (const { scheme, parameters } of parseAuthentications(fieldValue) ?? []) {
    if (scheme !== 'digest') continue
    const realm = parameters.get('realm')
    const nonce = parameters.get('nonce')
    const algorithm = digestAlgorithm(parameters.get('algorithm'))
    if (realm === undefined || nonce === undefined || !algorithm) continue
    const qop = parameters.get('qop')
    const offersAuth = qop?.split(',').some((value) => value.trim().toLowerCase() === 'auth')
    if (offersAuth === false) continue
    const stale = parameters.get('stale')?.toLowerCase() === 'true'
    const opaque = parameters.get('opaque')
    const challenge = { realm, nonce, algorithm, qop: offersAuth ?? false, stale }
    found.push(opaque === undefined ? challenge : { ...challenge, opaque })
  }
  return found
}
