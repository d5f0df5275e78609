/** Challenges for pages that ask for the password themselves: a browser that knew the scheme would open its own dialog. RFC 9110 §11.6.1. */
import { clientUsesTls, type IsTrusted } from './forwarded.ts'
import type { HttpRequest } from './http-request.ts'
import { hasSessionCookie } from './session-cookie.ts'

const SCHEME = 'Visage-Session'

/** Digest under another name, so that a script can answer it; Basic is left out. */
export function quietChallenge(challenge: readonly string[]): string[] {
  return challenge
    .filter((field) => field.startsWith('Digest '))
    .map((field) => SCHEME + field.slice('Digest'.length))
}

/** Pages of this origin, and whoever was signed in by the cookie, have a form of their own. */
export function challengeFor(
  request: HttpRequest,
  challenge: readonly string[],
  trustProxy: IsTrusted,
): readonly string[] {
  // The cookie may be gone: by its age, or because another tab has signed out.
  if (request.headers['sec-fetch-site'] === 'same-origin') return quietChallenge(challenge)
  if (request.headers.cookie === undefined) return challenge
  const secure = clientUsesTls(request, trustProxy)
  return hasSessionCookie(request, { secure }) ? quietChallenge(challenge) : challenge
}
