/** Challenges for pages that ask for the password themselves: a browser that knew the scheme would open its own dialog. RFC 9110 §11.6.1. */
import { clientOrigin, clientUsesTls, type IsTrusted } from './forwarded.ts'
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
  const quiet = isOwnPage(request, trustProxy) || sendsCookie(request, trustProxy)
  return quiet ? quietChallenge(challenge) : challenge
}

function isOwnPage(request: HttpRequest, trustProxy: IsTrusted): boolean {
  const { 'sec-fetch-site': said, referer } = request.headers
  if (said !== undefined) return said === 'same-origin'
  // Without TLS browsers do not say it, nor Origin with what they only read. Fetch Metadata §2
  return referer !== undefined && originOf(referer) === clientOrigin(request, trustProxy)
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

function sendsCookie(request: HttpRequest, trustProxy: IsTrusted): boolean {
  if (request.headers.cookie === undefined) return false
  return hasSessionCookie(request, { secure: clientUsesTls(request, trustProxy) })
}
