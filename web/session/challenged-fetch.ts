/** How the page's requests to `/session` go out: with this browser's cookie, or with what answers a challenge. */

export type Fetch = typeof globalThis.fetch

export function withCookies(fetch: Fetch): Fetch {
  return (input, init) => fetch(input, { ...init, credentials: 'same-origin' })
}

/**
 * Asks without cookies first, so that an old one does not stand in for the password; what answers the challenge may set
 * the new one.
 */
export function answeringChallenges(fetch: Fetch): Fetch {
  return (input, init) => {
    const answers = new Headers(init?.headers).has('Authorization')
    return fetch(input, { ...init, credentials: answers ? 'same-origin' : 'omit' })
  }
}
