/** Answers Digest challenges for one person, and then goes ahead without being asked. RFC 7616 §3.4, §3.6. */
import { escapeQuoted } from './authentication-parameters.ts'
import { serializeAuthorization } from './authorization.ts'
import { toByteText } from './byte-text.ts'
import type { DigestChallenge } from './challenge.ts'
import type { HashFunctions } from './digest-algorithm.ts'
import { digestResponse } from './digest-response.ts'

export interface DigestCredentials {
  /** The Authorization value that answers a challenge; later requests use its nonce too. */
  answer(challenge: DigestChallenge, method: string, uri: string): string
  /** The same for a further request; undefined before the first challenge. */
  ahead(method: string, uri: string): string | undefined
}

export function createDigestCredentials({
  username,
  password,
  hashes,
}: {
  username: string
  password: string
  hashes: HashFunctions
}): DigestCredentials {
  let last: { challenge: DigestChallenge; ha1: string } | undefined
  let count = 0

  const ahead = (method: string, uri: string): string | undefined => {
    if (!last) return undefined
    const { challenge, ha1 } = last
    const { realm, nonce, algorithm, opaque } = challenge
    // Every use of a nonce has a count of its own, so that nothing can be replayed. RFC 7616 §3.4
    const nc = (++count).toString(16).padStart(8, '0')
    const protection = challenge.qop ? { protection: { qop: 'auth', nc, cnonce: cnonce() } } : {}
    const proven = { nonce, uri, ...protection }
    const response = digestResponse(hashes[algorithm], { ha1, method, ...proven })
    const names = { username: byteName(username), realm, algorithm }
    // What the server gave as opaque goes back unchanged. RFC 7616 §3.3
    const echoed = opaque === undefined ? '' : `, opaque="${opaque}"`
    return serializeAuthorization({ ...names, ...proven, response }) + echoed
  }

  return {
    ahead,
    answer: (challenge, method, uri) => {
      const { realm, algorithm } = challenge
      const hash = hashes[algorithm]
      // The realm stands as the server wrote it between its quotes. RFC 7616 §3.4.5
      last = { challenge, ha1: hash(`${byteName(username)}:${realm}:${toByteText(password)}`) }
      count = 0
      return ahead(method, uri) ?? ''
    },
  }
}

function byteName(username: string): string {
  return toByteText(escapeQuoted(username))
}

function cnonce(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(12))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
