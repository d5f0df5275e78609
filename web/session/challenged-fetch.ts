/** How the page's requests to `/session` go out: with this browser's cookie, or with what answers a challenge. */

export type Fetch = typeof globalThis.fetch

export function withCookies(fetch: Fetch): Fetch {
  return (input, init) => fetch(input, { ...init, credentials: 'same-origin' })
}

/**
 * Asks without cookies first, so that an old one does not stand in for the password; what answers the challenge may set
 * the new one. The service words its challenge so that browsers open no dialog of their own: it is Digest all the same.
 */
export function answeringChallenges(fetch: Fetch): Fetch {
  return async (input, init) => {
    const answers = new Headers(init?.headers).has('Authorization')
    const response = await fetch(input, { ...init, credentials: answers ? 'same-origin' : 'omit' })
    const challenge = response.headers.get('WWW-Authenticate')
    if (response.status !== 401 || challenge === null) return response
    const { status, statusText, body } = response
    const headers = new Headers(response.headers)
    headers.set('WWW-Authenticate', challenge.replaceAll(/\bVisage-Session\b/gi, 'Digest'))
    return new Response(body, { status, statusText, headers })
  }
}
